"""Whatever a client sends to any route of the three services, the answer is never a 5xx."""
import json
import random
import re

import pytest

from nova_lite.embedded.identity import routes as identity
from nova_lite.embedded.image import attributes as image_attributes
from nova_lite.embedded.image import routes as image
from nova_lite.embedded.network import routes as network
from nova_lite.embedded.network.networks import NETWORKS
from nova_lite.embedded.network.ports import PORTS
from nova_lite.embedded.network.security_groups import GROUPS, RULES
from nova_lite.embedded.network.subnets import SUBNETS

VALUES = [None, True, 0, -1, 1 << 70, 1.5, "", "x", "a" * 300, "10.0.0.0/24", "10.0.0.5", "☃", [], ["x"], [{}], {},
          {"id": "x"}, {"name": []}, [None], "00000000-0000-0000-0000-000000000000"]
KEYS = ["limit", "marker", "sort_key", "sort_dir", "sort", "fields", "name", "id", "fixed_ips", "mtu", "shared",
        "status", "size_min", "created_at", "visibility", "tag", "cidr", "device_id",
        "revision_number", "binding:profile",
        "owner", "security_groups", "protected", "os_hidden", "nonsense", "remote_group_id"]
RESOURCES = {"networks": NETWORKS, "subnets": SUBNETS, "ports": PORTS, "security-groups": GROUPS,
             "security-group-rules": RULES}
REQUESTS_OF_A_ROUTE = 8


class Fuzzer:
    def __init__(self, services, seed):
        self.services = services
        self.random = random.Random(seed)
        self.ids = ["x", *self._things()]

    def _things(self):
        """Something real of each kind, so that requests get past the first check."""
        def make(path, noun, **values):
            return self.services.call("POST", path, json={noun: values} if noun else values).json()
        net = make("/network/v2.0/networks", "network", name="n")["network"]["id"]
        yield net
        yield make("/network/v2.0/subnets", "subnet", network_id=net, cidr="10.0.0.0/24")["subnet"]["id"]
        yield make("/network/v2.0/ports", "port", network_id=net)["port"]["id"]
        yield make("/network/v2.0/security-groups", "security_group", name="g")["security_group"]["id"]
        yield make("/image/v2/images", None, name="i")["id"]

    def value(self):
        return self.random.choice(VALUES + self.ids)

    def _some(self, names):
        names = list(names)
        return {name: self.value() for name in self.random.sample(names, self.random.randint(0, min(4, len(names))))}

    def body(self, path, method):
        noun = path.split("/")[2]
        if noun in RESOURCES:
            resource = RESOURCES[noun]
            return {resource.name: {**self._some(resource.attributes), **{
                name: self.random.choice(self.ids) for name in resource.attributes if name.endswith("_id")}}}
        if method == "PATCH":
            return [{"op": self.random.choice(["add", "replace", "remove"]), "value": self.value(),
                     "path": "/" + self.random.choice([*image_attributes.SETTABLE, "nonsense"])}]
        if noun == "images":
            return self._some([*image_attributes.SETTABLE, "nonsense", "id", "status", "member"])
        return {self.random.choice(["auth", "application_credential"]): self._some(
            ["identity", "scope", "name", "roles", "expires_at", "secret", "unrestricted"])}

    def request(self, prefix, path, method):
        url = prefix + re.sub(r"\{\w+\}", lambda _: self.random.choice(self.ids), path)
        if method == "GET":
            params = [(self.random.choice(KEYS), str(self.value())) for _ in range(self.random.randint(0, 3))]
            return self.services.call(method, url, params=params)
        data = json.dumps(self.random.choice([self.body(path, method)] * 4 + [self.value()]))
        headers = {"Content-Type": "application/openstack-images-v2.1-json-patch"} if method == "PATCH" else {}
        return self.services.call(method, url, data=data, headers=headers)


@pytest.mark.parametrize("seed", [1, 2])
def test_no_request_is_answered_5xx(services, seed):
    fuzzer = Fuzzer(services, seed)
    for prefix, table in (("/identity", identity.ROUTES), ("/image", image.ROUTES), ("/network", network.ROUTES)):
        for path, methods in table.items():
            for method in methods:
                for _ in range(1 if method == "DELETE" else REQUESTS_OF_A_ROUTE):
                    answer = fuzzer.request(prefix, path, method)
                    assert answer.status_code < 500, (method, answer.url, answer.request.body, answer.text)
