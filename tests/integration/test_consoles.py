"""Screens and serial lines of real guests, reached as a browser does."""
import subprocess
import urllib.parse

import pytest
from websockify.websocket import WebSocket

from tests.integration.deployment import free_ports
from tests.integration.guests import deployed
from tests.integration.test_guests import ready
from tests.waiting import wait

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
VNC, SERIAL = free_ports(2)
OPTIONS = f"""
[vnc]
novncproxy_port = {VNC}
novncproxy_base_url = http://127.0.0.1:{VNC}/vnc_lite.html
[serial_console]
serialproxy_port = {SERIAL}
base_url = ws://127.0.0.1:{SERIAL}/
"""


@pytest.fixture(scope="module")
def deployment():
    with deployed("10.96.0.0/24", options=OPTIONS, services=("novncproxy", "serialproxy")) as found:
        yield found


class Browser(WebSocket):
    """websockify's own client, with a URL's query."""

    def __init__(self, url: str, port: int):
        super().__init__()
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)
        self._query = asked["path"][0] if "path" in asked else f"?token={asked['token'][0]}"
        self._early = False
        self.connect(f"ws://127.0.0.1:{port}/", protocols=["binary"])
        self._early = True
        self.settimeout(20)

    def send_request(self, type, path):
        super().send_request(type, path + self._query)

    def _recv(self):
        """A console may speak at once: what came together with the handshake's answer is in the buffer then, and
        websockify's client would wait for more before it looks there."""
        if self._early and self._recv_buffer:
            self._early = False
            return True
        return super()._recv()

    def until(self, *wanted: bytes) -> bytes:
        found = b""
        while not any(word in found for word in wanted):
            data = self.recv()
            assert data is not None, found
            found += data
        return found


def url(deployment, *words: str) -> str:
    return deployment.openstack("--os-compute-api-version", "2.8", "console", "url", "show", *words, "-f", "value",
                                "-c", "url").strip()


def test_screen_and_serial_line(deployment):
    deployment.openstack("server", "create", "--image", "lite-guest", "--flavor", "m1.tiny", "--network", "private",
                         "--wait", "seen", timeout=300)
    ready(deployment, "seen")
    screen = Browser(url(deployment, "--novnc", "seen"), VNC)
    assert screen.until(b"RFB 003.008\n"), "QEMU's VNC server"
    screen.send(b"RFB 003.008\n")
    assert screen.until(b"\x01\x01"), "one kind of security: none, of the loopback"
    screen.close()

    line = Browser(url(deployment, "--serial", "seen"), SERIAL)
    line.send(b"\n")
    line.until(b"login:")
    line.send(b"cirros\n")
    line.until(b"assword:")
    line.send(b"gocubsgo\n")
    line.send(b"echo the answer is $((6*7))\n")
    line.until(b"the answer is 42")
    line.close()
    wait(lambda: "the answer is 42" in deployment.openstack("console", "log", "show", "seen"), 20,
         "the log has it, too")

    old = url(deployment, "--novnc", "seen")
    deployment.openstack("server", "delete", "--wait", "seen")
    with pytest.raises(Exception, match="404"):
        Browser(old, VNC)


def test_a_port_is_given_to_nobody_without_a_token(deployment):
    with pytest.raises(Exception, match="404"):
        Browser("http://x/?token=none", SERIAL)
    assert subprocess.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", f"http://127.0.0.1:{SERIAL}/"],
                          capture_output=True, text=True).stdout == "405"
