"""The libvirt driver with libvirtd and QEMU guests, on this machine's own libvirtd."""
import base64
import os
import pathlib
import signal
import subprocess

import libvirt
import pytest

from nova_lite import exceptions, states
from nova_lite.conf import CONF
from nova_lite.context import admin_context
from nova_lite.models import Flavor
from nova_lite.network.host import links, names
from nova_lite.virt import configdrive
from nova_lite.virt.driver import RescueRequest
from nova_lite.virt.libvirt import disks, driver, layout, spawn
from tests.integration import guest_host
from tests.integration.guest_host import wait_until

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not guest_host.IMAGE, reason="NOVA_LITE_TEST_GUEST_IMAGE names no image"),
    pytest.mark.skipif(os.geteuid() != 0, reason="bridges need root"),
]


def nothing_is_left(host, instance) -> bool:
    tap = names.tap(instance.network_info[0])
    return (host.driver.leftovers() == set() and host.driver.guest(instance.uuid) is None
            and not links.exists(tap) and tap not in subprocess.check_output(["nft", "list", "ruleset"], text=True))


@pytest.mark.timeout(900)
def test_the_life_of_a_guest(host):
    instance = host.instance(
        config_drive=True, user_data=base64.b64encode(b"#!/bin/sh\necho user data ran\n").decode(),
        flavor=Flavor("1", "m1.tiny", vcpus=1, memory_mb=128, root_gb=1, ephemeral_gb=1, swap=64))
    address = instance.network_info[0].fixed_ips[0].address
    trace = host.spawn(instance, admin_password="s3cret-word", files={"/etc/motd": b"hello"})
    assert [event.event for event in trace.events] == ["image_cache", "block_device_mapping", "config_drive",
                                                       "driver.spawn"]
    assert host.driver.guest(instance.uuid).power_state == states.RUNNING

    console = host.wait_for(instance, "LITE ready")
    assert f"LITE configdrive /dev/sr0 uuid={instance.uuid} hostname={instance.hostname}.novalocal" in console
    assert f"addr={address}/24" in console
    assert "LITE user_data: user data ran" in console
    assert "LITE admin_pass set" in console
    assert "LITE file /etc/motd" in console
    assert host.ssh(instance, "wget -q -O - http://169.254.169.254/latest/meta-data/instance-id") == "i-0000000a"

    # disks: root grown to the flavor's size, ephemeral with a filesystem, swap
    sizes = host.ssh(instance, "cat /sys/block/vda/size /sys/block/vdb/size /sys/block/vdc/size").split()
    assert [int(size) * 512 for size in sizes] == [1 << 30, 1 << 30, 64 << 20]
    assert 'LABEL="ephemeral0"' in subprocess.check_output(
        ["blkid", "-p", pathlib.Path(CONF.libvirt.instances_path) / instance.uuid / "disk.eph0"], text=True)
    assert host.ssh(instance, "cat /sys/class/net/eth0/mtu").strip() == "1450"

    used = host.driver.get_diagnostics(instance)
    assert (used.driver, len(used.cpus), used.memory_maximum_kb) == ("libvirt", 1, 128 << 10)
    assert [disk.name for disk in used.disks][:3] == ["vda", "vdb", "vdc"]
    assert used.disks[0].read_bytes > 1 << 20 and used.cpus[0].time > 10 ** 8
    assert used.nics[0].mac == instance.network_info[0].mac and used.nics[0].rx_packets > 0 < used.nics[0].tx_packets

    # from inside: a reboot is no news
    host.ssh(instance, "/bin/busybox reboot", user="root")
    host.wait_for(instance, "LITE booted", times=2)
    host.wait_for(instance, "LITE ready", times=2)
    assert host.events == []

    host.driver.power_off(instance, 60)
    host.driver.power_off(instance, 60)
    assert host.driver.guest(instance.uuid).power_state == states.SHUTDOWN
    host.wait_for(instance, "LITE shutting down", times=2)      # asked, not torn off
    host.driver.power_on(instance, instance.network_info)
    host.driver.power_on(instance, instance.network_info)
    host.wait_for(instance, "LITE ready", times=3)
    host.driver.reboot(instance, instance.network_info, "HARD")
    host.wait_for(instance, "LITE ready", times=4)
    host.driver.reboot(instance, instance.network_info, "SOFT")
    host.wait_for(instance, "LITE ready", times=5)
    assert host.events == []
    assert host.ssh(instance, "hostname").strip() == instance.hostname

    # what nobody ordered is told: QEMU killed, then the guest shut down from inside
    os.kill(host.qemu_pid(instance), signal.SIGKILL)
    event = wait_until(lambda: host.events and host.events.pop())
    assert (event.uuid, event.power_state) == (instance.uuid, states.SHUTDOWN)
    host.driver.power_on(instance, instance.network_info)
    host.wait_for(instance, "LITE ready", times=6)
    assert host.events == []
    host.ssh(instance, "/bin/busybox poweroff", user="root")
    event = wait_until(lambda: host.events and host.events.pop())
    assert (event.uuid, event.power_state) == (instance.uuid, states.SHUTDOWN)

    host.driver.destroy(instance.uuid, instance.network_info)
    host.driver.destroy(instance.uuid, instance.network_info)
    assert nothing_is_left(host, instance)
    assert host.events == []


@pytest.mark.timeout(400)
def test_without_a_config_drive_the_metadata_service_tells(host):
    instance = host.instance(user_data=base64.b64encode(b"#!/bin/sh\necho user data ran\n").decode())
    host.spawn(instance)
    console = host.wait_for(instance, "LITE ready")
    assert "LITE configdrive none" in console
    assert f"LITE metadata uuid={instance.uuid} hostname={instance.hostname}.novalocal" in console
    assert "LITE user_data: user data ran" in console
    assert host.ssh(instance, "hostname").strip() == instance.hostname

    # another's address, taken from inside, leads nowhere: neither metadata nor anything else
    address, other = instance.network_info[0].fixed_ips[0].address, f"{host.cidr}.99"
    host.instances["other"] = instance.replace(uuid="other", network_info=(instance.network_info[0].replace(
        fixed_ips=(instance.network_info[0].fixed_ips[0].replace(address=other),)),))
    ask = "timeout 5 wget -q -O - http://169.254.169.254/openstack/latest/meta_data.json"
    script = (f"ip addr add {other}/24 dev eth0; ip route del 169.254.169.254; "
              f"ip route add 169.254.169.254 via {host.cidr}.1 src {other}; {ask} || echo no answer; "
              f"ip addr del {other}/24 dev eth0; ip route add 169.254.169.254 via {host.cidr}.1 src {address}; {ask}")
    answer = host.ssh(instance, script, user="root")
    del host.instances["other"]
    assert answer.startswith("no answer\n")
    assert instance.uuid in answer

    host.driver.destroy(instance.uuid)
    assert nothing_is_left(host, instance)


def test_spawn_twice_is_once(host):
    instance = host.instance()
    host.spawn(instance)
    pid = host.qemu_pid(instance)
    host.spawn(instance)
    assert host.qemu_pid(instance) == pid

    moved = instance.replace(attempt=2)
    host.spawn(moved)
    assert host.qemu_pid(instance) != pid
    assert host.driver.guest(instance.uuid).attempt == 2
    with pytest.raises(exceptions.StaleOrder):
        host.spawn(instance)
    assert host.driver.guest(instance.uuid).power_state == states.RUNNING

    host.driver.destroy(instance.uuid)
    assert nothing_is_left(host, instance)


def test_what_a_crash_left_is_finished(host):
    """The process dies after the domain was defined: the same order again builds it whole."""
    instance = host.instance()
    host.spawn(instance)
    host.driver._guests.find(instance.uuid).domain.destroy()
    host.spawn(instance)
    assert host.driver.guest(instance.uuid).power_state == states.RUNNING
    host.driver.destroy(instance.uuid)
    assert nothing_is_left(host, instance)


def test_rescue_and_unrescue_twice_are_once_and_what_a_crash_left_is_finished(host):
    instance = host.instance(config_drive=True)
    host.spawn(instance)
    files, vifs = layout.GuestFiles(instance.uuid), instance.network_info
    request = RescueRequest(admin_context(), "guest", admin_password="of the rescue")
    domain = host.driver._guests.find(instance.uuid).domain

    host.driver.rescue(instance, vifs, request)
    rescued = host.qemu_pid(instance)
    host.driver.rescue(instance, vifs, request)
    assert host.qemu_pid(instance) == rescued and "disk.config.rescue" in domain.XMLDesc()
    domain.destroy()                                            # between the definition and the start
    host.driver.rescue(instance, vifs, request)
    assert "disk.rescue" in domain.XMLDesc() and host.driver.guest(instance.uuid).power_state == states.RUNNING

    host.driver.unrescue(instance, vifs)
    own = host.qemu_pid(instance)
    host.driver.unrescue(instance, vifs)
    assert host.qemu_pid(instance) == own and "rescue" not in domain.XMLDesc()
    assert not files.rescue.exists() and not files.rescue_config_drive.exists() and files.config_drive.exists()
    domain.destroy()
    host.driver.unrescue(instance, vifs)
    assert host.driver.guest(instance.uuid).power_state == states.RUNNING

    host.driver.rescue(instance, vifs, request)
    host.driver.reboot(instance, vifs, "HARD")                  # of a server that is not rescued any more
    assert "rescue" not in domain.XMLDesc() and not files.rescue.exists()
    host.driver.destroy(instance.uuid)
    assert nothing_is_left(host, instance)


@pytest.mark.parametrize("module, name", [(disks, "create_root"), (configdrive, "write"), (driver.power, "start")])
def test_a_rescue_that_fails_leaves_the_guest_off_and_as_it_was(host, monkeypatch, module, name):
    instance = host.instance(config_drive=True)
    host.spawn(instance)
    with monkeypatch.context() as patch:
        patch.setattr(module, name, _fail)
        with pytest.raises((exceptions.NovaLiteError, OSError), match="No space left on device"):
            host.driver.rescue(instance, instance.network_info, RescueRequest(admin_context(), "guest"))
    files = layout.GuestFiles(instance.uuid)
    assert not files.rescue.exists() and not files.rescue_config_drive.exists()
    assert host.driver.guest(instance.uuid).power_state == states.SHUTDOWN
    host.driver.power_on(instance, instance.network_info)
    assert "rescue" not in host.driver._guests.find(instance.uuid).domain.XMLDesc()
    host.driver.destroy(instance.uuid)
    assert nothing_is_left(host, instance)


def test_a_guest_that_is_to_be_off_is_only_defined(host):
    instance = host.instance()
    for _ in range(2):
        host.spawn(instance, power_on=False)
        assert host.driver.guest(instance.uuid).power_state == states.SHUTDOWN
    host.driver.power_on(instance, instance.network_info)
    host.driver.destroy(instance.uuid)
    assert nothing_is_left(host, instance)


def _fail(*args, **kwargs):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("module, name", [
    (disks, "create_swap"), (configdrive, "write"), (spawn, "define"), (driver.power, "start")])
def test_a_build_that_fails_leaves_nothing(host, monkeypatch, module, name):
    instance = host.instance(config_drive=True, flavor=Flavor("1", "x", 1, 128, 1, swap=1))
    monkeypatch.setattr(module, name, _fail)
    with pytest.raises(exceptions.NovaLiteError, match="No space left on device"):
        host.spawn(instance)
    assert nothing_is_left(host, instance)


def test_a_domain_that_libvirt_refuses_leaves_nothing(host):
    instance = host.instance()
    CONF.set_override("machine_type", "no-such-machine", "libvirt")
    try:
        with pytest.raises(exceptions.NovaLiteError, match="libvirt: "):
            host.spawn(instance)
    finally:
        CONF.clear_override("machine_type", "libvirt")
    assert nothing_is_left(host, instance)


@pytest.fixture
def bad_image(host, tmp_path):
    path = tmp_path / "image"

    def make(kind):
        if kind == "backing":
            secret = tmp_path / "secret"
            secret.write_bytes(b"\0" * 4096)
            subprocess.check_call(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", secret, path])
        elif kind == "data file":
            subprocess.check_call(["qemu-img", "create", "-q", "-f", "qcow2", "-o",
                                   f"data_file={tmp_path}/data", path, "1M"])
        elif kind == "vmdk":
            subprocess.check_call(["qemu-img", "create", "-q", "-f", "vmdk", path, "1M"])
        elif kind == "corrupt":
            subprocess.check_call(["qemu-img", "create", "-q", "-f", "qcow2", path, "1M"])
            with open(path, "r+b") as handle:       # an L1 table beyond all reason
                handle.seek(36)
                handle.write(b"\xff" * 4)
        elif kind.startswith("cut off"):
            whole = pathlib.Path(guest_host.IMAGE).read_bytes()
            path.write_bytes(whole[:1 << 16 if kind.endswith("early") else len(whole) // 2])
        elif kind == "garbage":
            path.write_bytes(os.urandom(1 << 20))
        elif kind == "empty":
            path.touch()
        elif kind == "too large":
            subprocess.check_call(["qemu-img", "create", "-q", "-f", "qcow2", path, "3G"])
        return path
    return make


@pytest.mark.parametrize("kind, declared", [("backing", "qcow2"), ("data file", "qcow2"), ("vmdk", "raw"),
                                            ("corrupt", "qcow2"), ("backing", "raw"), ("too large", "qcow2"),
                                            ("cut off", "qcow2"), ("cut off early", "qcow2"), ("garbage", "qcow2"),
                                            ("empty", "qcow2"), ("empty", "raw")])
def test_bad_images_are_refused(host, bad_image, kind, declared):
    name = f"bad-{kind.replace(' ', '-')}-{declared}"
    host.images.files[name] = (declared, bad_image(kind))
    instance = host.instance(image_ref=name)
    with pytest.raises(exceptions.BuildAbort):
        host.spawn(instance)
    assert nothing_is_left(host, instance)


def test_an_image_that_is_gone(host):
    instance = host.instance(image_ref="no-such-image")
    with pytest.raises(exceptions.BuildAbort, match="no-such-image"):
        host.spawn(instance)
    assert nothing_is_left(host, instance)


def test_others_guests_are_not_touched(host):
    instance = host.instance()
    conn = libvirt.open("qemu:///system")
    foreign = conn.defineXML(f"""<domain type='qemu'><name>foreign-{instance.uuid[:8]}</name>
        <uuid>{instance.uuid}</uuid><memory unit='MiB'>16</memory><os><type>hvm</type></os></domain>""")
    try:
        assert instance.uuid not in {guest.uuid for guest in host.driver.guests()} | host.driver.leftovers()
        for attempt in (lambda: host.spawn(instance), lambda: host.driver.power_off(instance, 0)):
            with pytest.raises(exceptions.NovaLiteError, match="not made by this nova-lite"):
                attempt()
        host.driver.destroy(instance.uuid)
        assert foreign.isPersistent()
    finally:
        foreign.undefine()
        conn.close()


def test_power_of_a_guest_that_is_not_there(host):
    instance = host.instance()
    for attempt in (lambda: host.driver.power_on(instance, ()), lambda: host.driver.power_off(instance, 1),
                    lambda: host.driver.reboot(instance, (), "HARD")):
        with pytest.raises(exceptions.GuestNotFound):
            attempt()


def test_what_the_host_has(host):
    found = host.driver.available_resource()
    assert (found.vcpus, found.hypervisor_type) == (os.cpu_count(), "QEMU")
    assert found.memory_mb > 128
    assert ("x86_64", "qemu", "hvm") in found.supported_instances


def test_without_libvirtd_there_is_one_clear_line(host, tmp_path):
    CONF.set_override("connection_uri", f"qemu+unix:///system?socket={tmp_path}/none", "libvirt")
    try:
        with pytest.raises(exceptions.ServiceUnavailable, match=r"\[libvirt\] connection_uri = ") as caught:
            driver.LibvirtDriver("x", host.images, host.plugger).init_host(print)
        assert "\n" not in str(caught.value)
    finally:
        CONF.set_override("connection_uri", "qemu:///system", "libvirt")


@pytest.mark.parametrize("option, value", [("machine_type", "no-such-machine"), ("virt_type", "kvm")])
def test_what_qemu_cannot_do_is_told_at_the_start(host, option, value):
    if value == "kvm" and os.path.exists("/dev/kvm"):
        pytest.skip("this machine lists KVM")
    CONF.set_override(option, value, "libvirt")
    started = driver.LibvirtDriver("x", host.images, host.plugger)
    try:
        with pytest.raises(exceptions.NovaLiteError, match=rf"\[libvirt\] .*{option} = {value}"):
            started.init_host(print)
    finally:
        started.close()
        CONF.set_override("virt_type", "qemu", "libvirt")
        CONF.clear_override("machine_type", "libvirt")
