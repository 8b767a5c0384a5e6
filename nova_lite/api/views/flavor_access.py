"""The access list of a flavor."""


def index(flavorid: str, projects: list[str]) -> dict:
    return {"flavor_access": [{"flavor_id": flavorid, "tenant_id": project} for project in projects]}
