"""Limits by microversion."""
from nova_lite.db import quotas
from tests.functional.api.conftest import ADMIN

NOW = {"maxTotalInstances": 10, "maxTotalCores": 20, "maxTotalRAMSize": 51200, "maxTotalKeypairs": 100,
       "maxServerMeta": 128, "maxServerGroups": 10, "maxServerGroupMembers": 10,
       "totalInstancesUsed": 2, "totalCoresUsed": 3, "totalRAMUsed": 4, "totalServerGroupsUsed": 0}
UNTIL_2_56 = {"maxPersonality": 5, "maxPersonalitySize": 10240}
UNTIL_2_38 = {"maxImageMeta": 128}
UNTIL_2_35 = {"maxTotalFloatingIps": -1, "maxSecurityGroups": -1, "maxSecurityGroupRules": -1,
              "totalFloatingIpsUsed": 0, "totalSecurityGroupsUsed": 0}


def _limits(api, query="", **kwargs):
    answer = api.get(f"/limits{query}", **kwargs)
    assert answer.status_code == 200
    assert answer.json.keys() == {"limits"} and answer.json["limits"].keys() == {"rate", "absolute"}
    assert answer.json["limits"]["rate"] == []
    return answer.json["limits"]["absolute"]


def test_56_names_by_version(api, database):
    database.transaction(quotas.reserve)("a11ce", 2, 3, 4)
    assert _limits(api) == NOW | UNTIL_2_56 | UNTIL_2_38 | UNTIL_2_35
    assert _limits(api, version="2.36") == NOW | UNTIL_2_56 | UNTIL_2_38
    assert _limits(api, version="2.39") == NOW | UNTIL_2_56
    assert _limits(api, version="2.57") == NOW


def test_another_project(api, database, fails):
    database.transaction(quotas.set_limits)("a11ce", {"cores": -1})
    assert _limits(api, "?tenant_id=a11ce", token=ADMIN)["maxTotalCores"] == -1
    assert _limits(api, "?tenant_id=a11ce")["maxTotalCores"] == -1
    assert fails(api.get("/limits?tenant_id=b0b"), 403) == (
        "Policy doesn't allow os_compute_api:limits:other_project to be performed.")
