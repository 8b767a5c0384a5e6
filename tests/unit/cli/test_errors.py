"""Each thing that can be wrong is one line that says what to do, with exit code 1."""
import pytest

from .conftest import SERVER_ID, server


def only_line(err):
    assert err.count("\n") == 1, err
    return err


def test_no_cloud_is_configured(cloud, run, tmp_path):
    (tmp_path / "clouds.yaml").unlink()
    code, _, err = run("server", "list", cloud=None)
    assert code == 1
    assert "--os-cloud" in only_line(err) and "clouds.yaml" in err and "source openrc" in err


def test_the_cloud_is_not_in_clouds_yaml(cloud, run):
    code, _, err = run("server", "list", cloud="nowhere")
    assert code == 1
    assert "Cloud nowhere was not found" in only_line(err)


def test_something_is_missing_to_sign_in(cloud, run):
    code, _, err = run("server", "list", cloud="other")
    assert code == 1
    assert "password" in only_line(err)


def test_401(cloud, run):
    cloud.answers["POST", "/identity/v3/auth/tokens"] = [
        (401, {"error": {"code": 401, "message": "The request you have made requires authentication."}})]
    code, _, err = run("server", "list")
    assert code == 1
    assert only_line(err).startswith("Not signed in (HTTP 401") and "OS_*" in err
    assert err.count("HTTP 401") == 1


def test_nothing_listens(cloud, run):
    cloud.close()
    code, _, err = run("server", "list")
    assert code == 1
    assert only_line(err).startswith(f"Nothing answers: {cloud.url}/identity/v3 (refused)")


def test_quota(cloud, run):
    cloud.compute("POST", "/servers", (403, {"forbidden": {
        "code": 403, "message": "Quota exceeded for instances: Requested 1, but already used 10 of 10 instances"}}))
    code, _, err = run("server", "create", "web1", "--flavor", "m1.tiny", "--image", "lite-guest")
    assert code == 1
    assert only_line(err).startswith("Quota exceeded for instances: Requested 1, but already used 10 of 10 instances "
                                     "(HTTP 403, request req-11111111-2222-3333-4444-555555555555)")
    assert "nova-lite limits show" in err


@pytest.mark.parametrize(("words", "noun"), [
    (("server", "show", "nothing"), "server"), (("flavor", "show", "nothing"), "flavor"),
    (("image", "show", "nothing"), "image"), (("network", "show", "nothing"), "network"),
])
def test_there_is_no_such_thing(cloud, run, words, noun):
    cloud.compute("GET", "/servers/detail", {"servers": []})
    cloud.compute("GET", "/servers", {"servers": []})
    cloud.image("GET", "/images", {"images": []})
    cloud.network("GET", "/networks", {"networks": []})
    code, _, err = run(*words)
    assert code == 1
    assert only_line(err) == f"No {noun} has the name or id 'nothing'. See: nova-lite {noun} list\n"


def test_conflicts_are_told_for_each_server_and_do_not_stop_the_others(cloud, run):
    other = SERVER_ID.replace("a01", "a02")
    cloud.compute("GET", f"/servers/{SERVER_ID}", {"server": server()})
    cloud.compute("GET", f"/servers/{other}", {"server": server(id=other, name="web2")})
    text = f"Cannot 'start' instance {SERVER_ID} while it is in vm_state active"
    cloud.compute("POST", f"/servers/{SERVER_ID}/action", (409, {"conflictingRequest": {"code": 409, "message": text}}))
    cloud.compute("POST", f"/servers/{other}/action", (202, None))
    code, _, err = run("server", "start", SERVER_ID, other)
    assert code == 1
    assert only_line(err).startswith(text + " (HTTP 409")
    assert len(cloud.asked("POST", f"/compute/v2.1/servers/{other}/action")) == 1


def test_a_bug_is_not_dressed_up(cloud, run):
    cloud.compute("GET", f"/servers/{SERVER_ID}/nova-lite-trace", {"actions": [{}]})
    code, _, err = run("server", "trace", SERVER_ID)
    assert code == 1 and "Nothing answers" not in err


def test_a_microversion_that_the_cloud_does_not_have(cloud, run):
    code, _, err = run("--os-compute-api-version", "2.99", "server", "list")
    assert code == 1
    assert "2.99" in only_line(err) and "2.38" in err
    assert "--os-compute-api-version" in err and "clouds.yaml" not in err
