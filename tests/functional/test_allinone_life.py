"""How an all-in-one cloud starts, ends and starts again; nothing else is up in this process meanwhile."""
import json
import signal
import socket
import subprocess

import openstack
import pytest

from nova_lite.cmd.allinone import AllInOne
from tests.functional.clients import BIN, create, delete, run, said

pytestmark = pytest.mark.usefixtures("no_cloud")


def test_two_clouds_one_after_the_other_and_the_first_again(tmp_path):
    """The second knows nothing of the first; the first still has its servers, and they still obey."""
    for name in ("first", "second"):
        with AllInOne(tmp_path / name) as found, openstack.connect(**found.credentials()) as demo:
            assert list(demo.compute.servers()) == []
            create(demo, f"in-{name}")
    with AllInOne(tmp_path / "first") as found, openstack.connect(**found.credentials()) as demo:
        server, = demo.compute.servers()
        assert (server.name, server.status) == ("in-first", "ACTIVE")
        demo.compute.stop_server(server)
        demo.compute.wait_for_server(server, "SHUTOFF", wait=30, interval=0.1)
        delete(demo, server)


def test_the_fixture_in_another_project(tmp_path):
    (tmp_path / "conftest.py").write_text("from nova_lite.testing import nova_lite_cloud\n")
    (tmp_path / "test_mine.py").write_text(
        "import openstack\n\n"
        "def test_mine(nova_lite_cloud):\n"
        "    with openstack.connect(**nova_lite_cloud.credentials()) as demo:\n"
        "        assert demo.compute.find_flavor('m1.tiny')\n")
    assert "1 passed" in said(run("pytest", tmp_path, "-p", "no:cacheprovider", "--rootdir", tmp_path))


class Process:
    """``nova-lite-allinone`` itself, with a data directory of its own."""

    def __init__(self, directory, *args):
        self.directory = directory
        self.popen = subprocess.Popen([BIN / "nova-lite-allinone", "--data-dir", directory, "--port", "0", *args],
                                      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                      text=True)

    def ready(self) -> "Process":
        line = self.popen.stdout.readline()
        assert line.startswith("nova-lite is ready"), line + self.popen.communicate(timeout=30)[1]
        return self

    def end(self, number) -> str:
        """What it said on stderr; it must end well."""
        self.popen.send_signal(number)
        _, stderr = self.popen.communicate(timeout=30)
        assert self.popen.returncode == 0, stderr
        return stderr


def test_a_restart_keeps_servers(tmp_path):
    directory = tmp_path / "a b"
    process = Process(directory).ready()
    args = ("--image", "lite-guest", "--flavor", "m1.nano", "--network", "private", "--wait", "kept")
    said(run("nova-lite", "server", "create", *args, clouds_file=directory / "clouds.yaml"))
    assert process.end(signal.SIGINT) == ""
    process = Process(directory).ready()
    shown = json.loads(said(run("nova-lite", "server", "show", "kept", "-f", "json",
                                clouds_file=directory / "clouds.yaml")))
    assert process.end(signal.SIGTERM) == ""
    assert shown["status"] == "ACTIVE"
    log = (directory / "nova-lite-allinone.log").read_text()
    assert "Traceback" not in log and " ERROR " not in log, log


def test_a_directory_has_one_owner(tmp_path):
    first = Process(tmp_path).ready()
    second = run("nova-lite-allinone", "--data-dir", tmp_path, "--port", 0)
    first.end(signal.SIGTERM)
    assert second.returncode == 1
    assert second.stderr == f"nova-lite-allinone: --data-dir {tmp_path} is in use by another nova-lite-allinone\n"


def test_wrong_options_are_told_in_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        wrong = {
            ("--port", port): f"--port: 127.0.0.1:{port} cannot be used: Address already in use",
            ("--listen", "198.51.100.1"): "--port: 198.51.100.1:0 cannot be used: Cannot assign requested address",
            ("--data-dir", "/proc/nova-lite"): "--data-dir /proc/nova-lite: /proc/nova-lite: No such file or directory",
            ("--data-dir", "/tmp/$x"): "--data-dir /tmp/$x: oslo.config takes $ for an option's name",
            ("--data-dir", "/dev/null"): "--data-dir /dev/null: /dev/null: File exists",
        }
        for args, line in wrong.items():
            done = run("nova-lite-allinone", "--data-dir", tmp_path / "x", "--port", 0, *args)
            assert (done.returncode, done.stdout, done.stderr) == (1, "", f"nova-lite-allinone: {line}\n")
    for args in (("--port", "65535"), ("--port", "x"), ("--hosts", "0"), ("--virt", "x"), ("--x",)):
        done = run("nova-lite-allinone", *args)
        assert done.returncode == 2 and done.stderr.splitlines()[-1].startswith("nova-lite-allinone: error:")
