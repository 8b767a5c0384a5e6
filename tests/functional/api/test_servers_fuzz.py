"""No request makes a 5xx: random values in every key of the bodies and every parameter of the lists."""
import json
import random
import urllib.parse

import pytest

from nova_lite.api.schemas import servers as schemas
from tests.functional.api.server_fixtures import IMAGE, NETWORK

VALUES = [
    None, True, False, 0, -1, 1, 1.5, 2 ** 31, 2 ** 63, 10 ** 30, 1e400, "", " ", "0", "-1", "1", "1" * 5000, "True",
    "x", "\0", "\ud800", "é日💩", "a\nb", "%", "x" * 300, "a" * 70000, "../../etc", "::", "nova:h:n", "SOFT", "auto",
    "none", IMAGE, IMAGE.upper(), NETWORK, f"http://x/{IMAGE}", "10.0.0.1", "::1", "(", "^$", "(?P<a>x)(?P=a)",
    "\\p{L}", "2026-01-01", "0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00", [], {}, [[]], [{}], [None],
    {"": ""}, {"a": {"b": []}}, [{"uuid": NETWORK}], [{"name": "default"}], [{"path": "/a", "contents": "é"}],
    [{"boot_index": "9" * 30}]]


@pytest.mark.parametrize("seed", range(6))
def test_create_and_update(client, config, seed):
    config("quota", instances=-1, cores=-1, ram=-1)
    chance = random.Random(seed)
    uuid = client.post("/servers", {"server": {"name": "vm", "flavorRef": "1", "imageRef": IMAGE}})["server"]["id"]
    for _ in range(6):
        version = chance.choice(["2.1", "2.19", "2.32", "2.37", "2.38"])
        server = {"name": "vm", "flavorRef": "1", "imageRef": IMAGE, "networks": "none" if version > "2.36" else []}
        keys = list(schemas.CREATE[-1][1]["properties"]["server"]["properties"])
        for key in chance.sample(keys, chance.choice([1, 1, 2])):
            server[key] = chance.choice(VALUES)
        if server.get("min_count", 1) == server.get("max_count", 1) == 1:
            _survives(client.at(version), "POST", "/servers", {"server": server})
        key = chance.choice(["name", "description", "accessIPv4", "accessIPv6", "OS-DCF:diskConfig"])
        _survives(client.at(version), "PUT", f"/servers/{uuid}", {"server": {key: chance.choice(VALUES)}})
        _survives(client.at(version), "POST", "/servers", {"server": server["imageRef"] if chance.random() < .1 else {},
                                                           "os:scheduler_hints": chance.choice(VALUES)})
        _survives(client, "PUT", f"/servers/{uuid}/metadata", {"metadata": {"k": chance.choice(VALUES)}})
        for key in ("os-getConsoleOutput", "reboot", "lock", "os-start"):
            value = chance.choice(VALUES)
            _survives(client, "POST", f"/servers/{uuid}/action", {key: chance.choice([value, {"length": value},
                                                                                      {"type": value}])})


@pytest.mark.parametrize("seed", range(6))
def test_lists(admin, make_server, seed):
    chance = random.Random(seed)
    make_server()
    keys = [*schemas.LIST[-1][1]["properties"], "_x", "unknown"]
    texts = [value for value in VALUES if isinstance(value, str) and len(value) < 6000 and value != "\ud800"]
    for _ in range(150):
        query = [(key, chance.choice(texts)) for key in chance.sample(keys, chance.choice([1, 2, 3]))]
        path = chance.choice(["/servers?", "/servers/detail?"]) + urllib.parse.urlencode(query)
        for client in (admin.at("2.38"), admin.as_user("alice").at("2.26")):
            _survives(client, "GET", path)
    for raw in ("/servers?%ff=1", "/servers?name=%ff", "/servers?=&&=;", "/servers/detail?limit=%00",
                "/servers?" + "a" * 9000):
        _survives(admin, "GET", raw)


def _survives(client, method, path, body=None):
    raw = None if body is None else json.dumps(body).encode()
    answer = client(method, path, raw)
    assert answer.status_int < 500, (method, path[:500], (raw or b"")[:500], answer.text)
