"""Real guests through the whole flow: the unmodified openstack client and SDK, ssh, the guest's own word."""
import pathlib
import re
import subprocess
import time

import libvirt
import pytest

from tests.integration.guests import deployed, domains
from tests.waiting import wait

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
USER_DATA = "#!/bin/sh\necho hello from user data\necho ran > /var/lib/user_data_ran\n"
SSH = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
       "-o", "ConnectTimeout=10", "-o", "BatchMode=yes"]


@pytest.fixture(scope="module")
def deployment():
    with deployed("10.92.0.0/24") as found:
        yield found


def console(deployment, server) -> str:
    return deployment.openstack("console", "log", "show", server)


def ready(deployment, server, boots=1, seconds=180):
    """The console once it has shown so many ready lines."""
    wait(lambda: console(deployment, server).count("LITE ready") >= boots, seconds,
         lambda: f"{server} was not ready: {console(deployment, server)[-1500:]}\n{deployment.logs()}")
    return console(deployment, server)


def ssh(key, address, command, user="cirros") -> str:
    # The first connections may come before dropbear has its host key.
    for _ in range(5):
        done = subprocess.run(["ssh", "-i", key, *SSH, f"{user}@{address}", command], capture_output=True, text=True,
                              timeout=60, stdin=subprocess.DEVNULL)
        if done.returncode == 0:
            return done.stdout
        time.sleep(2)
    raise AssertionError(done.stderr)


def value(deployment, server, column) -> str:
    return deployment.openstack("server", "show", server, "-f", "value", "-c", column).strip()


def test_a_session_of_the_openstack_client(deployment, key, tmp_path):
    """Done-when 2 of the first issue, command by command."""
    user_data = tmp_path / "user_data"
    user_data.write_text(USER_DATA)
    run = deployment.openstack
    assert "lite-guest" in run("image", "list") and "m1.tiny" in run("flavor", "list")
    assert "private" in run("network", "list")
    run("keypair", "create", "--public-key", f"{key}.pub", "demo")
    run("server", "create", "--image", "lite-guest", "--flavor", "m1.tiny", "--network", "private",
        "--key-name", "demo", "--user-data", str(user_data), "--property", "role=test", "--wait", "first", timeout=300)
    assert "first" in run("server", "list", "--long")
    assert value(deployment, "first", "status") == "ACTIVE"
    text = ready(deployment, "first")
    assert "hostname=first" in text and "hello from user data" in text
    address = re.search(r"10\.92\.0\.\d+", value(deployment, "first", "addresses"))[0]
    assert ssh(key, address, "hostname; cat /var/lib/user_data_ran").split() == ["first", "ran"]

    run("server", "stop", "first")
    wait(lambda: value(deployment, "first", "status") == "SHUTOFF", 120, "not stopped")
    run("server", "start", "first")
    wait(lambda: value(deployment, "first", "status") == "ACTIVE", 120, "not started")
    ready(deployment, "first", boots=2)
    run("server", "reboot", "--hard", "--wait", "first")
    ready(deployment, "first", boots=3)
    assert ssh(key, address, "cat /var/lib/user_data_ran").strip() == "ran", "the disk is the same after each boot"
    run("server", "delete", "--wait", "first")
    assert domains(deployment) == []


def test_the_sdk_at_the_latest_microversion(deployment, key):
    """The same from openstacksdk, with a config drive, and a guest that goes off by itself."""
    demo = deployment.connect()
    demo.compute.default_microversion = "2.38"
    if not list(demo.compute.keypairs()):
        demo.compute.create_keypair(name="demo", public_key=pathlib.Path(f"{key}.pub").read_text())
    server = demo.create_server("sdk", image="lite-guest", flavor="m1.tiny", network="private", key_name="demo",
                                config_drive=True, meta={"a": "b"}, wait=True, timeout=300)
    text = ready(deployment, "sdk")
    assert "configdrive /dev/" in text and f"uuid={server.id}" in text
    found = demo.compute.get_server(server.id)
    assert found.has_config_drive and found.metadata == {"a": "b"} and found.power_state == 1
    address = found.addresses["private"][0]["addr"]
    # Metadata knows the guest by its port, whatever the guest claims to be.
    seen = ssh(key, address, "wget -q -O - http://169.254.169.254/openstack/latest/meta_data.json")
    assert server.id in seen
    spoofed = ssh(key, address, "wget -q -O - --header 'X-Forwarded-For: 10.92.0.250' "
                                "http://169.254.169.254/openstack/latest/meta_data.json")
    assert server.id in spoofed

    ssh(key, address, "sudo -n poweroff 2>/dev/null || true")
    domain = libvirt.open("qemu:///system").lookupByUUIDString(server.id)
    domain.destroy()                         # pulled the plug behind our back
    wait(lambda: demo.compute.get_server(server.id).status == "SHUTOFF", 30, deployment.logs)
    demo.compute.delete_server(server.id)
    demo.compute.wait_for_delete(server, wait=60)


def test_six_guests_of_one_request_and_the_trace(deployment):
    demo = deployment.connect()
    image, flavor = demo.image.find_image("lite-guest"), demo.compute.find_flavor("m1.nano")
    demo.compute.create_server(name="six", image_id=image.id, flavor_id=flavor.id, min_count=6, max_count=6,
                               networks=[{"uuid": demo.network.find_network("private").id}])
    wait(lambda: [s.status for s in demo.compute.servers()].count("ACTIVE") == 6, 240, deployment.logs)
    servers = list(demo.compute.servers())
    addresses = {s.addresses["private"][0]["addr"] for s in servers}
    assert len(addresses) == 6 and len(domains(deployment)) == 6
    trace = demo.compute.get(f"/servers/{servers[0].id}/nova-lite-trace").json()["actions"][0]
    hops = [event["event"] for event in trace["events"]]
    expected = ["POST /servers", "compute.api.create", "build_instances", "select_destinations",
                "compute__do_build_and_run_instance", "claim_check", "network.allocate", "image_cache",
                "block_device_mapping", "driver.spawn", "report"]
    assert [hop for hop in hops if hop in expected] == expected, hops
    for server in servers:
        demo.compute.delete_server(server)
    wait(lambda: not list(demo.compute.servers()), 120, deployment.logs)
    assert domains(deployment) == [] and deployment.audit() == ""


def test_a_compute_service_killed_while_it_builds(deployment):
    demo = deployment.connect()
    image, flavor = demo.image.find_image("lite-guest"), demo.compute.find_flavor("m1.nano")
    servers = [demo.compute.create_server(name=f"k{i}", image_id=image.id, flavor_id=flavor.id,
                                          networks=[{"uuid": demo.network.find_network("private").id}])
               for i in range(2)]
    wait(lambda: any(demo.compute.get_server(s.id).host_id for s in servers), 30, deployment.logs)
    deployment.kill("compute")
    wait(lambda: all(demo.compute.get_server(s.id).status in ("ACTIVE", "ERROR") for s in servers), 180,
         deployment.logs)
    for server in servers:
        demo.compute.delete_server(server)
    wait(lambda: not list(demo.compute.servers()), 120, deployment.logs)
    assert domains(deployment) == [] and deployment.audit() == ""


def test_an_image_with_a_backing_file_is_refused(deployment, tmp_path):
    path = tmp_path / "evil.qcow2"
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-u", "-b", "/etc/passwd", "-F", "raw", path, "16M"],
                   check=True)
    demo = deployment.connect()
    image = demo.image.create_image(name="evil", container_format="bare", disk_format="qcow2",
                                    data=path.read_bytes(), validate_checksum=True)
    flavor = demo.compute.find_flavor("m1.nano")
    server = demo.compute.create_server(name="evil", image_id=image.id, flavor_id=flavor.id, networks="none")
    wait(lambda: demo.compute.get_server(server.id).status == "ERROR", 60, deployment.logs)
    fault = demo.compute.get_server(server.id).fault
    assert "backing" in fault["message"] and "/etc/passwd" not in fault["message"], fault
    demo.compute.delete_server(server.id)
    demo.compute.wait_for_delete(server, wait=60)
    demo.image.delete_image(image)
