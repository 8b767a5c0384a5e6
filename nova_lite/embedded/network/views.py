"""What the JSON of all network resources shares, and Neutron's error shape."""


def fault(error) -> dict:
    return {"NeutronError": {"type": error.type or "NeutronException", "message": error.message, "detail": ""}}


def time_text(value) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")


def common(row) -> dict:
    return {"id": row.id, "project_id": row.project_id, "tenant_id": row.project_id, "description": row.description,
            "revision_number": row.revision_number, "created_at": time_text(row.created_at),
            "updated_at": time_text(row.updated_at)}
