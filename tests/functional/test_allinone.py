"""An all-in-one cloud as its users meet it: the unmodified openstack client, the SDK, the trace."""
import json
import re

import openstack
import pytest

from tests.functional.clients import delete, life_of_a_server, run, said


@pytest.fixture
def shell(cloud):
    """``shell("openstack", "server", "list")``: its output."""
    return lambda name, *args, **kwargs: said(run(name, *args, clouds_file=cloud.clouds_file, **kwargs))


def test_the_openstack_client(shell):
    def client(*args):
        return shell("openstack", *args)

    assert json.loads(client("image", "list", "-f", "json"))[0]["Name"] == "lite-guest"
    made = json.loads(client("server", "create", "--image", "lite-guest", "--flavor", "m1.tiny", "--network", "private",
                             "--property", "a=b", "--wait", "-f", "json", "one"))
    assert made["status"] == "ACTIVE" and made["properties"] == {"a": "b"}
    client("server", "set", "--property", "c=d", made["id"])
    assert json.loads(client("server", "show", "one", "-f", "json"))["properties"] == {"a": "b", "c": "d"}
    client("server", "lock", "one")
    client("server", "unlock", "one")
    assert "LAST LINE" in client("console", "log", "show", "one")
    assert [event["Action"] for event in json.loads(client("server", "event", "list", "one", "-f", "json"))] == [
        "unlock", "lock", "create"]
    client("server", "delete", "--wait", "one")
    assert json.loads(client("server", "list", "-f", "json")) == []


def test_the_openstack_client_at_a_microversion(shell):
    def client(*args):
        return shell("openstack", "--os-compute-api-version", "2.38", *args)

    client("server", "create", "--image", "lite-guest", "--flavor", "m1.tiny", "--network", "private",
           "--description", "of 2.19", "--wait", "two")
    shown = json.loads(client("server", "show", "two", "-f", "json"))
    assert (shown["status"], shown["description"], shown["locked"]) == ("ACTIVE", "of 2.19", False)
    client("server", "delete", "--wait", "two")


def test_the_openstack_client_of_an_administrator(shell):
    def client(*args):
        return shell("openstack", *args, user="nova-lite-admin")

    assert [each["State"] for each in json.loads(client("hypervisor", "list", "-f", "json"))] == ["up"]
    assert {each["State"] for each in json.loads(client("compute", "service", "list", "-f", "json"))} == {"up"}
    flavor = json.loads(client("flavor", "create", "--ram", "64", "--disk", "1", "--vcpus", "1", "--property", "hw:a=b",
                               "small", "-f", "json"))
    assert flavor["properties"] == {"hw:a": "b"}
    client("flavor", "set", "--property", "c=d", "small")
    assert json.loads(client("flavor", "show", "small", "-f", "json"))["properties"] == {"hw:a": "b", "c": "d"}
    client("flavor", "delete", "small")


def test_the_sdk(cloud):
    with openstack.connect(**cloud.credentials()) as demo:
        server = life_of_a_server(demo)
        assert [action.action for action in demo.compute.server_actions(server)] == [
            "reboot", "start", "stop", "create"]
        delete(demo, server)


def test_the_trace_of_a_create(shell):
    """The hops of the article, in order, as the command draws them."""
    shell("nova-lite", "server", "create", "--image", "lite-guest", "--flavor", "m1.nano", "--network", "private",
          "--wait", "traced")
    drawn = shell("nova-lite", "server", "trace", "traced")
    shell("nova-lite", "server", "delete", "--wait", "traced")
    hops = ["nova-api@", "POST /servers", "compute.api.create", "nova-conductor@", "build_instances", "nova-scheduler@",
            "select_destinations", "nova-compute@", "build_and_run_instance", "claim_check", "network.allocate",
            "driver.spawn", "nova-conductor@", "report"]
    assert re.search(".*".join(map(re.escape, hops)), drawn, re.DOTALL), drawn
    assert re.search(r"cast +build_instances", drawn) and re.search(r"call +select_destinations", drawn)
    assert re.search(r"building/spawning -> active", drawn)
    depth = {hop: next(line for line in drawn.splitlines() if hop in line).index(hop)
             for hop in ("POST /servers", "compute.api.create", "build_instances", "select_destinations")}
    assert list(depth.values()) == sorted(depth.values()) and depth["POST /servers"] < depth["select_destinations"]
