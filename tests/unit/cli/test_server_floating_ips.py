"""``server add`` and ``server remove`` of floating addresses: what is sent."""
import pytest

from .conftest import SERVER_ID


@pytest.mark.parametrize("words, body", [
    (("add", "floating", "ip", SERVER_ID, "172.24.4.7"), {"addFloatingIp": {"address": "172.24.4.7"}}),
    (("add", "floating", "ip", SERVER_ID, "172.24.4.7", "--fixed-ip-address", "10.0.0.5"),
     {"addFloatingIp": {"address": "172.24.4.7", "fixed_address": "10.0.0.5"}}),
    (("remove", "floating", "ip", SERVER_ID, "172.24.4.7"), {"removeFloatingIp": {"address": "172.24.4.7"}}),
])
def test_the_action_is_asked_for(cloud, run, words, body):
    cloud.compute("POST", f"/servers/{SERVER_ID}/action", (202, None))
    assert run("server", *words) == (0, "", "")
    [asked] = cloud.asked("POST", f"/compute/v2.1/servers/{SERVER_ID}/action")
    assert asked.body == body
