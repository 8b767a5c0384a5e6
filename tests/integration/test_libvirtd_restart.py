"""libvirtd dies, hangs and comes back: guests are adopted, and what happened meanwhile is told."""
import os
import pathlib
import signal
import tempfile

import pytest

from nova_lite import exceptions, states
from nova_lite.virt.libvirt import connection, driver
from tests.integration import guest_host
from tests.integration.guest_host import Host, wait_until
from tests.integration.private_libvirtd import PrivateLibvirtd

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not guest_host.IMAGE, reason="NOVA_LITE_TEST_GUEST_IMAGE names no image"),
    pytest.mark.skipif(os.geteuid() != 0, reason="mount namespaces need root"),
]


@pytest.fixture
def libvirtd():
    with tempfile.TemporaryDirectory(prefix="nova-lite-test-") as directory:
        os.chmod(directory, 0o711)
        daemon = PrivateLibvirtd(pathlib.Path(directory))
        try:
            daemon.up()
            yield daemon
        finally:
            daemon.down()


@pytest.fixture
def host(libvirtd):
    with tempfile.TemporaryDirectory(prefix="nova-lite-test-") as state:
        os.chmod(state, 0o711)
        host = Host(pathlib.Path(state), libvirtd.uri)
        host.start()
        try:
            yield host
        finally:
            host.stop()


def answers(host):
    try:
        return host.driver.guests()
    except exceptions.NovaLiteError:
        return None


def test_guests_outlive_libvirtd(host, libvirtd):
    instance, victim = host.instance(), host.instance()
    host.spawn(instance)
    host.spawn(victim)
    pid, victims = host.qemu_pid(instance), host.qemu_pid(victim)

    libvirtd.signal(signal.SIGKILL)
    with pytest.raises(exceptions.ServiceUnavailable):          # the first call may still find the old connection
        wait_until(lambda: host.driver.guests() and False)
    with pytest.raises(exceptions.ServiceUnavailable, match=r"connection_uri = .*is libvirtd running"):
        host.driver.guests()
    os.kill(victims, signal.SIGKILL)            # an event that nobody saw
    libvirtd.start()

    # without any call of ours: the driver reconnects by itself and looks
    event = wait_until(lambda: host.events and host.events.pop())
    assert (event.uuid, event.power_state) == (victim.uuid, states.SHUTDOWN)
    assert host.driver.guest(instance.uuid).power_state == states.RUNNING
    assert host.qemu_pid(instance) == pid
    host.spawn(instance)                        # an order repeated after the crash changes nothing
    assert host.qemu_pid(instance) == pid

    # events come over the new connection
    os.kill(pid, signal.SIGKILL)
    event = wait_until(lambda: host.events and host.events.pop())
    assert (event.uuid, event.power_state) == (instance.uuid, states.SHUTDOWN)
    for gone in (instance, victim):
        host.driver.destroy(gone.uuid)
    assert host.driver.leftovers() == set()


def test_a_hanging_libvirtd_is_told_and_not_waited_for(host, libvirtd, monkeypatch):
    monkeypatch.setattr(connection, "OPEN_TIMEOUT", 1.0)
    libvirtd.signal(signal.SIGSTOP)
    try:
        with pytest.raises(exceptions.ServiceUnavailable, match=r"connection_uri = .*does not answer"):
            driver.LibvirtDriver("x", host.images, host.plugger).init_host(print)
        with pytest.raises(exceptions.ServiceUnavailable):      # the open connection: by its keep-alive
            wait_until(lambda: host.driver.guests() and False)
    finally:
        libvirtd.signal(signal.SIGCONT)
    assert wait_until(lambda: answers(host) is not None)
