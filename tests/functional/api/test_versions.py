"""Version documents, and what is the same for every request: headers, errors, ids."""
import re

import pytest

from nova_lite.compute import keys
from nova_lite.conf import CONF
from tests.functional.api.conftest import ADMIN

BASE = "http://localhost"
DOC = {"rel": "describedby", "type": "text/html", "href": "http://docs.openstack.org/"}
V20 = {"id": "v2.0", "status": "SUPPORTED", "version": "", "min_version": "", "updated": "2011-01-21T11:33:21Z",
       "links": [{"rel": "self", "href": f"{BASE}/v2/"}]}
V21 = {"id": "v2.1", "status": "CURRENT", "version": "2.104", "min_version": "2.1", "updated": "2013-07-23T11:33:21Z",
       "links": [{"rel": "self", "href": f"{BASE}/v2.1/"}]}


def _media(version):
    return [{"base": "application/json", "type": f"application/vnd.openstack.compute+json;version={version}"}]


def test_01_root_needs_no_token(api):
    answer = api.get("//", token=None)
    assert (answer.status_code, answer.json) == (200, {"versions": [V20, V21]})
    assert answer.content_type == "application/json"


@pytest.mark.parametrize(("path", "document", "media"), [
    ("//v2.1", V21, "2.1"), ("//v2.1/", V21, "2.1"), ("//v2", V20, "2"), ("//v2/", V20, "2")])
def test_02_one_version(api, path, document, media):
    answer = api.get(path, token=None)
    links = [*document["links"], DOC]
    assert (answer.status_code, answer.json) == (200, {
        "version": document | {"links": links, "media-types": _media(media)}})


@pytest.mark.parametrize(("trusted", "base"), [(True, "https://cloud.example"), (False, BASE)])
def test_03_links_follow_a_trusted_proxy(api, trusted, base):
    CONF.set_override("enable_proxy_headers_parsing", trusted, group="oslo_middleware")
    try:
        answer = api.get("//", token=None, headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "cloud.example"})
    finally:
        CONF.clear_override("enable_proxy_headers_parsing", group="oslo_middleware")
    hrefs = [version["links"][0]["href"] for version in answer.json["versions"]]
    assert hrefs == [f"{base}/v2/", f"{base}/v2.1/"]


def test_03_links_with_a_prefix(api):
    CONF.set_override("compute_link_prefix", "https://front.example/compute", group="api")
    try:
        answer = api.get("//v2.1", token=None)
    finally:
        CONF.clear_override("compute_link_prefix", group="api")
    assert answer.json["version"]["links"][0]["href"] == "https://front.example/compute/v2.1/"


def test_a_versions_document_by_its_id(api, fails):
    for identifier, path in (("v2.1", "//v2.1"), ("v2.0", "//v2")):
        assert api.get(f"/versions/{identifier}").json == api.get(path, token=None).json
    fails(api.get("/versions/v3"), 404)


def test_01_a_path_without_a_version(api):
    answer = api.get("//flavors/detail")
    assert answer.status_code == 300
    assert answer.json == {"choices": [
        {"id": "v2.0", "status": "SUPPORTED", "media-types": _media("2"),
         "links": [{"rel": "self", "href": f"{BASE}/v2/flavors/detail"}]},
        {"id": "v2.1", "status": "CURRENT", "media-types": _media("2.1"),
         "links": [{"rel": "self", "href": f"{BASE}/v2.1/flavors/detail"}]}]}


@pytest.mark.parametrize(("headers", "used"), [
    ({}, "2.1"),
    ({"OpenStack-API-Version": "compute 2.10"}, "2.10"),
    ({"X-OpenStack-Nova-API-Version": "2.9"}, "2.9"),
    ({"OpenStack-API-Version": "identity 3, compute 2.20"}, "2.20"),
    ({"OpenStack-API-Version": "identity 3"}, "2.1"),
    ({"OpenStack-API-Version": "compute latest"}, "2.104"),
    ({"X-OpenStack-Nova-API-Version": "latest"}, "2.104"),
    ({"OpenStack-API-Version": "compute 2.30", "X-OpenStack-Nova-API-Version": "2.2"}, "2.30"),
])
def test_04_05_version_headers(api, headers, used):
    for path, code in (("/flavors", 200), ("/flavors/nope", 404)):
        answer = api.get(path, headers=headers)
        assert answer.status_code == code
        assert answer.headers.getall("OpenStack-API-Version") == [f"compute {used}"]
        assert answer.headers.getall("X-OpenStack-Nova-API-Version") == [used]
        assert answer.headers.getall("Vary") == ["OpenStack-API-Version", "X-OpenStack-Nova-API-Version"]


@pytest.mark.parametrize("asked", ["2.105", "2.1000", "3.1", "1.0"])
def test_06_out_of_range(api, fails, asked):
    answer = api.get("/flavors", version=asked)
    assert fails(answer, 406) == (f"Version {asked} is not supported by the API. Minimum is 2.1 and maximum is 2.104.")
    assert answer.headers["X-OpenStack-Nova-API-Version"] == asked


@pytest.mark.parametrize("asked", ["2", "2.01", "two", "2.1.1", "-2.1"])
def test_06_unreadable(api, fails, asked):
    answer = api.get("/flavors", version=asked)
    assert fails(answer, 400).endswith(f"{asked} is of invalid format. Must be of format MajorNum.MinorNum.")
    assert "OpenStack-API-Version" not in answer.headers


def test_09_request_ids(api):
    mine = "req-11111111-2222-3333-4444-555555555555"
    answer = api.get("/flavors", headers={"X-OpenStack-Request-ID": mine})
    assert re.fullmatch(r"req-[0-9a-f-]{36}", answer.headers["x-openstack-request-id"])
    assert answer.headers["x-openstack-request-id"] == answer.headers["x-compute-request-id"] != mine


def test_07_11_routes_that_are_not_there(api, fails):
    assert api.get("/nonsense").status_code == 404
    fails(api.get("/os-cells/1"), 410)
    assert api.get("/os-hypervisors/x/search", token=ADMIN).status_code == 404


def test_12_the_urls_project_must_be_the_tokens(api, fails):
    assert api.get("/a11ce/flavors").status_code == 200
    assert fails(api.get("/b0b/flavors"), 400) == (
        "Malformed request URL: URL's project_id 'b0b' doesn't match Context's project_id 'a11ce'")


def test_10_bodies(api, fails):
    def post(**kwargs):
        return api.post("/flavors", token=ADMIN, **kwargs)
    assert fails(post(raw=b"{"), 400) == "Malformed request body"
    assert fails(post(raw=b'{"flavor": NaN}'), 400) == "Malformed request body"
    assert fails(post(raw=b"\xff"), 400) == "Malformed request body"
    assert fails(post(raw=b"<x/>", headers={"Content-Type": "text/xml"}), 415) == "Unsupported Content-Type"
    assert fails(post(), 400) == "'flavor' is a required property"
    assert fails(post(raw=b"[]"), 400) == "[] is not of type 'object'"
    vendor = {"Content-Type": "application/vnd.openstack.compute+json"}
    assert fails(post(raw=b"{}", headers=vendor), 400) == "'flavor' is a required property"


def test_10_an_empty_accept_is_no_reason_to_refuse(api):
    assert api.get("/flavors", headers={"Accept": ""}).status_code == 200


def test_07_a_key_of_another_version_is_a_400(api, fails):
    body = {"flavor": {"name": "f", "ram": 1, "vcpus": 1, "disk": 1, "description": "d"}}
    assert "'description' was unexpected" in fails(api.post("/flavors", body, token=ADMIN, version="2.54"), 400)
    assert api.post("/flavors", body, token=ADMIN, version="2.55").status_code == 200


def test_08_versions_compare_by_number(api):
    """2.100 is after 2.92, and 2.9 before 2.10."""
    assert api.put("/flavors/x", {}, token=ADMIN, version="2.100").status_code == 400
    assert api.put("/flavors/x", {}, token=ADMIN, version="2.9").status_code == 404
    assert api.get("/os-services", token=ADMIN, version="2.9").json["services"][0].keys() < api.get(
        "/os-services", token=ADMIN, version="2.11").json["services"][0].keys()
    assert api.post("/os-keypairs", {"keypair": {"name": "k"}}, version="2.100").status_code == 400
    assert api.post("/os-keypairs", {"keypair": {"name": "k"}}, version="2.9").status_code == 201


def test_13_without_a_token_it_says_where_to_get_one(api):
    for token in (None, "nobody"):
        answer = api.get("/flavors", token=None, headers={"X-Auth-Token": token} if token else None)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith('Keystone uri="http')


def test_14_names_with_dots_are_not_cut(client, make_server, api):
    make_server()
    path = "/servers/0e44cc9c-e052-415d-afbf-000000000001/tags/a.json"
    assert client.at("2.26")("PUT", path).status_int == 201
    assert client.at("2.26").get(path.rpartition("/")[0]) == {"tags": ["a.json"]}
    public, _private = keys.generate("ssh", "alice")
    api.post("/os-keypairs", {"keypair": {"name": "me@home.xml", "public_key": public}}, version="2.92")
    assert api.get("/os-keypairs/me@home.xml").json["keypair"]["name"] == "me@home.xml"


@pytest.mark.parametrize("path", ["/flavors/%00", "/flavors/%FF", "/%FF"])
def test_urls_that_are_no_text(api, fails, path):
    assert fails(api.get(path), 400) == "Malformed request URL"
