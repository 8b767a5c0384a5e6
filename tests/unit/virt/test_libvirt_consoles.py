"""The newest part of a console that virtlogd has turned over."""
import pytest

from nova_lite.conf import CONF
from nova_lite.virt.libvirt import consoles, layout
from tests.unit.virt.samples import UUID


@pytest.fixture
def files(tmp_path):
    CONF.set_override("instances_path", str(tmp_path), "libvirt")
    found = layout.GuestFiles(UUID)
    found.directory.mkdir()
    yield found
    CONF.clear_override("instances_path", "libvirt")


@pytest.mark.parametrize("limit, expected", [(3, b"789"), (4, b"6789"), (9, b"123456789"), (100, b"0123456789")])
def test_newest_part(files, limit, expected):
    files.console_log.write_bytes(b"6789")
    files.console_log.with_name("console.log.0").write_bytes(b"345")
    files.console_log.with_name("console.log.1").write_bytes(b"012")
    assert consoles.read(files, limit) == expected


def test_a_guest_that_said_nothing(files):
    assert consoles.read(files, 10) == b""
