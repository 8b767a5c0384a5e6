"""Nova's payloads as JSON schemas: exactly these fields, and every object within in its envelope."""
import pathlib
import re

import yaml

FACTS = yaml.safe_load((pathlib.Path(__file__).parent / "contract/data/notifications.yaml").read_text())
_TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
_ENVELOPE = {"nova_object.name", "nova_object.namespace", "nova_object.version", "nova_object.data"}


def fields_of(name: str) -> set[str]:
    own = set(FACTS["payloads"][name])
    is_server = name.startswith("Instance") and name not in ("InstanceStateUpdatePayload",
                                                             "InstancePCIRequestsPayload")
    return own | set(FACTS["server"]) if is_server else own


def check(payload: dict) -> dict:
    """The payload's data; raises AssertionError when it, or an object in it, is not as Nova's."""
    assert set(payload) == _ENVELOPE and payload["nova_object.namespace"] == "nova"
    name, data = payload["nova_object.name"], payload["nova_object.data"]
    assert re.fullmatch(r"\d+\.\d+", payload["nova_object.version"])
    if name != "ImageMetaPropsPayload":
        assert set(data) == fields_of(name), name
    for key, value in data.items():
        assert not key.endswith("_at") or value is None or _TIME.match(value), (key, value)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict) and _ENVELOPE & set(item):
                check(item)
    return data
