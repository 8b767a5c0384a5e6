"""A floating IP as clients saw it before 2.36."""


def show(item: dict) -> dict:
    """``item``: of ``network.floating_ips``."""
    return {"id": item["id"], "ip": item["floating_ip_address"], "pool": item["pool"],
            "fixed_ip": item["fixed_ip_address"], "instance_id": item["instance_uuid"]}
