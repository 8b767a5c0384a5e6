"""What is asked of a real guest itself: another password, a crash dump; and the password that it tells."""
import pathlib

import pytest

from tests.integration.deployment import free_ports, required
from tests.integration.guests import agent_answers, deployed
from tests.integration.test_consoles import Browser
from tests.integration.test_guests import ready, ssh
from tests.waiting import wait

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
[SERIAL] = free_ports(1)
OPTIONS = f"[serial_console]\nserialproxy_port = {SERIAL}\nbase_url = ws://127.0.0.1:{SERIAL}/\n"
URL = "http://169.254.169.254/openstack/latest/password"


@pytest.fixture(scope="module")
def deployment():
    with deployed("10.98.0.0/24", options=OPTIONS, services=("serialproxy",)) as found:
        yield found


def logs_in(deployment, server, password: str) -> bool:
    url = deployment.openstack("--os-compute-api-version", "2.8", "console", "url", "show", "--serial", server, "-f",
                               "value", "-c", "url").strip()
    line = Browser(url, SERIAL)
    try:
        line.send(b"\n")
        line.until(b"login:")
        line.send(b"cirros\n")
        line.until(b"assword:")
        line.send(password.encode() + b"\n")
        return b"incorrect" not in line.until(b"$ ", b"incorrect")
    finally:
        line.close()


def test_password_dump_and_what_the_guest_tells(deployment, key):
    run, demo = deployment.openstack, deployment.connect()
    admin = deployment.connect("admin")
    image = admin.image.create_image(
        name="agent-guest", visibility="public", container_format="bare", disk_format="qcow2", validate_checksum=True,
        data=pathlib.Path(required("NOVA_LITE_TEST_GUEST_IMAGE")).read_bytes(), hw_qemu_guest_agent="yes",
        os_admin_user="cirros")
    run("keypair", "create", "--public-key", f"{key}.pub", "asked")
    for name, which in (("asked", "agent-guest"), ("deaf", "lite-guest")):
        run("server", "create", "--image", which, "--flavor", "m1.nano", "--network", "private", "--key-name", "asked",
            "--wait", name, timeout=300)
    for name in ("asked", "deaf"):
        ready(deployment, name)
    asked, deaf = (demo.compute.find_server(name).id for name in ("asked", "deaf"))
    address = demo.compute.get_server(asked).addresses["private"][0]["addr"]

    wait(lambda: agent_answers(asked), 30, "no agent answers")
    demo.compute.change_server_password(asked, "another one")
    wait(lambda: "agent: password set" in run("console", "log", "show", "asked"), 20, "the guest says so")
    assert demo.compute.get_server(asked).task_state is None
    assert logs_in(deployment, "asked", "another one")
    with pytest.raises(Exception, match="hw_qemu_guest_agent"):
        demo.compute.change_server_password(deaf, "another one")
    assert demo.compute.get_server(deaf).status == "ACTIVE"

    assert ssh(key, address, f"wget -q -O - --post-data=c2VjcmV0 {URL}; wget -q -O - {URL}") == "c2VjcmV0"
    assert "409" in ssh(key, address, f"wget -O - --post-data=other {URL} 2>&1; true"), "it is told once"
    assert demo.compute.get(f"/servers/{asked}/os-server-password").json() == {"password": "c2VjcmV0"}

    demo.compute.trigger_server_crash_dump(asked)
    wait(lambda: "NMI received" in run("console", "log", "show", "asked"), 30, "its kernel says so")
    for name in ("asked", "deaf"):
        run("server", "delete", "--wait", name)
    admin.image.delete_image(image)
    assert deployment.audit() == ""
