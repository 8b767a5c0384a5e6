"""The service catalog: where each API is, as clients are told."""
import uuid

from nova_lite import service_auth
from nova_lite.conf import CONF

INTERFACES = ("public", "internal", "admin")


def base_url() -> str:
    """The embedded services' own prefix as clients see it."""
    return CONF.embedded.public_url.rstrip("/") or service_auth.embedded_url()


def compute_url() -> str:
    return CONF.embedded.compute_url or service_auth.url_of(CONF.api.listen, CONF.api.port) + "/v2.1"


def stable_id(*parts: str) -> str:
    """The same id in every process for the same thing."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "nova-lite/" + "/".join(parts)).hex


def services() -> list[dict]:
    """Type, name and URL of each service."""
    return [{"id": stable_id("service", type_), "type": type_, "name": name, "url": url} for type_, name, url in (
        ("compute", "nova", compute_url()), ("identity", "keystone", base_url() + "/identity"),
        ("image", "glance", base_url() + "/image"), ("network", "neutron", base_url() + "/network"))]


def endpoints(service: dict) -> list[dict]:
    return [{"id": stable_id("endpoint", service["type"], interface), "interface": interface, "url": service["url"],
             "region": CONF.embedded.region, "region_id": CONF.embedded.region} for interface in INTERFACES]


def catalog() -> list[dict]:
    return [{"id": service["id"], "type": service["type"], "name": service["name"], "endpoints": endpoints(service)}
            for service in services()]
