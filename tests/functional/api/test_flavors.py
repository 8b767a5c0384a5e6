"""Flavors, their extra specs and access lists."""
import pytest

from tests.functional.api.conftest import ADMIN, STRANGER

BASE = "http://localhost"


def _create(api, name="m1.tiny", version="2.1", **values):
    flavor = {"name": name, "ram": 512, "vcpus": 1, "disk": 1, "id": "1"} | values
    return api.post("/flavors", {"flavor": flavor}, token=ADMIN, version=version)


def _links(flavorid, project=""):
    return [{"rel": "self", "href": f"{BASE}/v2.1{project}/flavors/{flavorid}"},
            {"rel": "bookmark", "href": f"{BASE}{project}/flavors/{flavorid}"}]


FULL = {"id": "1", "name": "m1.tiny", "ram": 512, "vcpus": 1, "disk": 1, "swap": "", "OS-FLV-EXT-DATA:ephemeral": 0,
        "OS-FLV-DISABLED:disabled": False, "os-flavor-access:is_public": True, "rxtx_factor": 1.0,
        "links": _links("1")}


def test_create_show_list_delete(api, fails):
    answer = _create(api)
    assert (answer.status_code, answer.json) == (200, {"flavor": FULL})
    assert api.get("/flavors/1").json == {"flavor": FULL}
    assert api.get("/flavors").json == {"flavors": [{"id": "1", "name": "m1.tiny", "links": _links("1")}]}
    assert api.get("/flavors/detail").json == {"flavors": [FULL]}
    answer = api.delete("/flavors/1", token=ADMIN)
    assert (answer.status_code, answer.body) == (202, b"")
    assert fails(api.delete("/flavors/1", token=ADMIN), 404) == "Flavor 1 could not be found."
    assert fails(api.get("/flavors/1"), 404) == "Flavor 1 could not be found."


def test_links_have_the_project_only_if_the_url_had_it(api):
    _create(api)
    answer = api.get("/a11ce/flavors/1")
    assert answer.json["flavor"]["links"] == _links("1", "/a11ce")


def test_strings_are_good_numbers_and_booleans(api):
    body = _create(api, ram="64", vcpus="2", disk="0", swap="8", rxtx_factor="2.5",
                   **{"OS-FLV-EXT-DATA:ephemeral": "3", "os-flavor-access:is_public": "off"}).json["flavor"]
    assert (body["ram"], body["vcpus"], body["disk"], body["swap"], body["rxtx_factor"]) == (64, 2, 0, 8, 2.5)
    assert body["OS-FLV-EXT-DATA:ephemeral"] == 3 and body["os-flavor-access:is_public"] is False


@pytest.mark.parametrize("flavorid", [None, "auto"])
def test_an_id_is_made_when_none_is_given(api, flavorid):
    assert len(_create(api, id=flavorid).json["flavor"]["id"]) == 36


def test_a_number_is_a_good_id(api):
    assert _create(api, id=42).json["flavor"]["id"] == "42"


@pytest.mark.parametrize(("values", "text"), [
    ({"ram": 0}, "Invalid input for field/attribute ram. Value: 0. 0 is less than the minimum of 1"),
    ({"ram": "0"}, "Invalid input for field/attribute ram. Value: 0. 0 is less than the minimum of 1"),
    ({"vcpus": 2 ** 31}, "Invalid input for field/attribute vcpus. Value: 2147483648. 2147483648 is greater than "
                         "the maximum of 2147483647"),
    ({"disk": -1}, "Invalid input for field/attribute disk. Value: -1. -1 is less than the minimum of 0"),
    ({"rxtx_factor": 0}, "Invalid input for field/attribute rxtx_factor. Value: 0. 0 is less than or equal to the "
                         "minimum of 0"),
    ({"name": " x"}, "An invalid 'name' value was provided. The name must be: printable characters. Can not start "
                     "or end with whitespace."),
    ({"id": " 1"}, "Invalid input for field/attribute id. Value:  1. ' 1' does not match "
                   "'^(?! )[a-zA-Z0-9. _-]+(?<! )$'"),
    ({"description": "x"}, "Invalid input for field/attribute flavor. Value: {'name': 'm1.tiny', 'ram': 512, 'vcpus':"
                           " 1, 'disk': 1, 'id': '1', 'description': 'x'}. Additional properties are not allowed "
                           "('description' was unexpected)"),
])
def test_bad_values(api, fails, values, text):
    assert fails(_create(api, **values), 400) == text


def test_a_missing_key_is_named(api, fails):
    answer = api.post("/flavors", {"flavor": {"name": "x", "ram": 1, "vcpus": 1}}, token=ADMIN)
    assert fails(answer, 400).endswith(". 'disk' is a required property")


def test_duplicates_and_strangers(api, fails):
    _create(api)
    assert fails(_create(api, name="other"), 409) == "Flavor with ID 1 already exists."
    assert fails(_create(api, id="2"), 409) == "Flavor with name m1.tiny already exists."
    assert fails(api.post("/flavors", {"flavor": {}}), 403) == (
        "Policy doesn't allow os_compute_api:os-flavor-manage:create to be performed.")
    fails(api.delete("/flavors/1"), 403)


def test_pages(api, fails):
    for number in range(1, 4):
        _create(api, id=str(number), name=f"f{number}", ram=number)
    first = api.get("/flavors?limit=2&minRam=1").json
    assert [flavor["id"] for flavor in first["flavors"]] == ["1", "2"]
    assert first["flavors_links"] == [{"rel": "next", "href": f"{BASE}/v2.1/flavors?limit=2&minRam=1&marker=2"}]
    rest = api.get("/flavors/detail?limit=2&marker=2").json
    assert [flavor["id"] for flavor in rest["flavors"]] == ["3"] and "flavors_links" not in rest
    assert api.get("/flavors?limit=0").json == {"flavors": []}
    assert [f["id"] for f in api.get("/flavors?sort_key=memory_mb&sort_dir=desc&minRam=2").json["flavors"]] == \
        ["3", "2"]
    assert api.get("/flavors?nonsense=1").status_code == 200
    assert fails(api.get("/flavors?marker=9"), 400) == "marker [9] not found"
    assert fails(api.get("/flavors?minDisk=x"), 400) == "Invalid minDisk filter [x]"
    assert fails(api.get("/flavors?is_public=x", token=ADMIN), 400) == "Invalid is_public filter [x]"
    assert fails(api.get("/flavors?sort_key=x"), 400) == "Sort key supplied was not valid."
    assert fails(api.get("/flavors?limit=-1"), 400) == (
        "Invalid input for query parameters limit. Value: -1. '-1' does not match '^[0-9]+$'")


def test_access(api, fails):
    private = {"os-flavor-access:is_public": False}
    _create(api, **private)
    ids = [[f["id"] for f in api.get(f"/flavors{query}", token=ADMIN).json["flavors"]]
           for query in ("", "?is_public=None", "?is_public=false")]
    assert ids == [[], ["1"], ["1"]]
    fails(api.get("/flavors/1"), 404)
    answer = api.post("/flavors/1/action", {"addTenantAccess": {"tenant": "a11ce"}}, token=ADMIN)
    expected = {"flavor_access": [{"flavor_id": "1", "tenant_id": "a11ce"}]}
    assert (answer.status_code, answer.json) == (200, expected)
    assert api.get("/flavors/1/os-flavor-access", token=ADMIN).json == expected
    assert api.get("/flavors/1").status_code == 200
    assert [f["id"] for f in api.get("/flavors").json["flavors"]] == ["1"]
    fails(api.get("/flavors/1", token=STRANGER), 404)
    assert fails(api.post("/flavors/1/action", {"addTenantAccess": {"tenant": "a11ce"}}, token=ADMIN), 409) == (
        "Flavor access already exists for flavor 1 and project a11ce combination.")
    answer = api.post("/flavors/1/action", {"removeTenantAccess": {"tenant": "a11ce"}}, token=ADMIN)
    assert answer.json == {"flavor_access": []}
    assert fails(api.post("/flavors/1/action", {"removeTenantAccess": {"tenant": "a11ce"}}, token=ADMIN), 404) == (
        "Flavor access not found for 1 / a11ce combination.")


@pytest.mark.parametrize(("body", "code", "text"), [
    ({}, 400, "Malformed request body"), ([], 400, "Malformed request body"),
    ({"addTenantAccess": {"tenant": "x"}, "b": 1}, 400, "Malformed request body"),
    ({"foo": {}}, 400, "There is no such action: foo"),
    ({"addTenantAccess": {"tenant": ""}}, 400, None), ({"addTenantAccess": {}}, 400, None),
])
def test_bad_actions(api, fails, body, code, text):
    _create(api)
    message = fails(api.post("/flavors/1/action", body, token=ADMIN), code)
    assert text is None or message == text


def test_access_of_a_public_flavor(api, fails):
    _create(api)
    add = {"addTenantAccess": {"tenant": "x"}}
    assert fails(api.get("/flavors/1/os-flavor-access", token=ADMIN), 404) == (
        "Access list not available for public flavors.")
    assert api.post("/flavors/1/action", add, token=ADMIN, version="2.6").status_code == 200
    assert fails(api.post("/flavors/1/action", add, token=ADMIN, version="2.7"), 409) == (
        "Can not add access to a public flavor.")
    fails(api.post("/flavors/1/action", add), 403)


def test_extra_specs(api, fails):
    _create(api)
    path = "/flavors/1/os-extra_specs"
    body = {"extra_specs": {"hw:cpu": "2", "a.b": "c"}}
    answer = api.post(path, body, token=ADMIN)
    assert (answer.status_code, answer.json) == (200, body)
    assert api.get(path).json == body
    assert api.get(f"{path}/hw:cpu").json == {"hw:cpu": "2"}
    assert api.put(f"{path}/a.b", {"a.b": 5}, token=ADMIN).json == {"a.b": 5}
    assert api.get(f"{path}/a.b").json == {"a.b": "5"}
    answer = api.delete(f"{path}/a.b", token=ADMIN)
    assert (answer.status_code, answer.body) == (200, b"")
    text = "Flavor 1 has no extra specs with key a.b."
    assert fails(api.get(f"{path}/a.b"), 404) == text
    assert fails(api.delete(f"{path}/a.b", token=ADMIN), 404) == text
    assert fails(api.put(f"{path}/x", {"y": "1"}, token=ADMIN), 400) == "Request body and URI mismatch"
    fails(api.put(f"{path}/x", {"x": "1", "y": "2"}, token=ADMIN), 400)
    fails(api.post(path, {"extra_specs": {"ключ": "1"}}, token=ADMIN), 400)
    fails(api.post("/flavors/9/os-extra_specs", body, token=ADMIN), 404)
    fails(api.post(path, body), 403)


def test_extra_specs_are_checked_from_2_86(api, fails):
    _create(api)
    path = "/flavors/1/os-extra_specs"
    assert api.post(path, {"extra_specs": {"hw:nonsense": "1"}}, token=ADMIN, version="2.85").status_code == 200
    assert "valid extra spec" in fails(api.post(path, {"extra_specs": {"hw:nonsense": "1"}}, token=ADMIN,
                                                version="2.86"), 400)
    assert fails(api.put(f"{path}/hw:numa_nodes", {"hw:numa_nodes": "x"}, token=ADMIN, version="2.86"), 400)
    assert api.put(f"{path}/hw:numa_nodes", {"hw:numa_nodes": 2}, token=ADMIN, version="2.86").status_code == 200


def test_flavors_by_microversion(api, later):
    assert api.put("/flavors/1", {"flavor": {"description": "x"}}, token=ADMIN, version="2.54").status_code == 404
    _create(api, version="2.55", description="d")
    assert api.get("/flavors/1", version="2.60").json == {"flavor": FULL | {"description": "d"}}
    assert api.get("/flavors", version="2.55").json["flavors"][0]["description"] == "d"
    assert api.get("/flavors/1", version="2.61").json == {"flavor": FULL | {"description": "d", "extra_specs": {}}}
    assert api.get("/flavors/1", version="2.75").json["flavor"]["swap"] == 0
    assert api.get("/flavors?nonsense=1", version="2.75").status_code == 400
    answer = api.put("/flavors/1", {"flavor": {"description": None}}, token=ADMIN, version="2.55")
    assert answer.json["flavor"]["description"] is None
    assert api.get("/flavors?sort_key=rxtx_factor", version="2.101").status_code == 200
    assert api.get("/flavors?sort_key=rxtx_factor", version="2.102").status_code == 400
    body = api.get("/flavors/1", version="2.102").json["flavor"]
    assert "rxtx_factor" not in body and "OS-FLV-DISABLED:disabled" not in body
    assert [f["id"] for f in api.get("/flavors?name=tin.$", version="2.102").json["flavors"]] == ["1"]
