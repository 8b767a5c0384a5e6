"""Old disks: set aside, put back, forgotten; given to whoever has their token, holes and all."""
import io
import os

import pytest

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.virt.libvirt import layout, old_disks, transfer

UUID = "6f7a3a52-6f0a-4c2e-9d7b-000000000001"
MOVE, OTHER = "move-1", "move-2"
HOLE = 4 << 20


@pytest.fixture(autouse=True)
def home(tmp_path):
    for name, value in (("instances_path", str(tmp_path)), ("disk_transfer_listen", "127.0.0.1"),
                        ("disk_transfer_address", "127.0.0.1"), ("disk_transfer_port", 0)):
        CONF.set_override(name, value, "libvirt")
    yield tmp_path
    for name in ("instances_path", "disk_transfer_listen", "disk_transfer_address", "disk_transfer_port"):
        CONF.clear_override(name, "libvirt")


@pytest.fixture
def files():
    found = layout.GuestFiles(UUID)
    found.directory.mkdir()
    with open(found.root, "wb") as handle:              # data, a hole, data, a hole
        handle.write(b"begin")
        handle.seek(HOLE)
        handle.write(b"end")
        handle.truncate(2 * HOLE)
    found.swap.write_bytes(b"swap")
    return found


def test_set_aside_and_put_back(files):
    mark = old_disks.set_aside(UUID, MOVE, 3)
    assert not files.directory.exists() and old_disks.all_marks() == {UUID: mark}
    assert (mark.migration_uuid, mark.attempt) == (MOVE, 3)
    assert old_disks.set_aside(UUID, MOVE, 3) == mark, "again: the same token"
    assert layout.uuids() == set(), "what is set aside is no guest's directory"
    files.directory.mkdir()
    (files.directory / "disk").write_bytes(b"of the new guest")
    old_disks.put_back(UUID)
    assert old_disks.all_marks() == {} and files.root.read_bytes().startswith(b"begin")
    assert sorted(path.name for path in files.directory.iterdir()) == ["disk", "disk.swap"]


def test_a_later_move_takes_the_place_of_an_earlier_one(files):
    first = old_disks.set_aside(UUID, MOVE, 1)
    files.directory.mkdir()
    files.root.write_bytes(b"newer")
    second = old_disks.set_aside(UUID, OTHER, 2)
    assert second.token != first.token and old_disks.read(UUID).migration_uuid == OTHER
    assert (old_disks.directory(UUID) / "disk").read_bytes() == b"newer"
    old_disks.drop(UUID)
    old_disks.drop(UUID)
    assert old_disks.all_marks() == {} and not old_disks.directory(UUID).exists()


def test_nothing_to_set_aside():
    with pytest.raises(FileNotFoundError):
        old_disks.set_aside(UUID, MOVE, 1)


def served(mark, server, **values):
    return transfer.Source(UUID, {"address": server.address(), "token": mark.token,
                                  "files": transfer.Here(UUID).names(), **values})


@pytest.fixture
def server(tmp_path):
    base = tmp_path / "base"
    base.write_bytes(b"the image")
    found = transfer.Server(lambda disk: base)
    found.start()
    found.start()
    yield found
    found.stop()


def test_what_is_fetched_is_as_it_was(files, server, tmp_path):
    before, blocks = files.root.read_bytes(), os.stat(files.root).st_blocks
    mark = old_disks.set_aside(UUID, MOVE, 1)
    source = served(mark, server)
    assert source.names() == ["disk"], "swap is made anew"
    for where in (source, transfer.Here(UUID)):
        path = tmp_path / "fetched"
        path.write_bytes(b"of an earlier try" * 1000)
        where.fetch("disk", path)
        assert path.read_bytes() == before
        assert os.stat(path).st_blocks <= blocks + 64, "its holes are holes"
        path.unlink()
    source.fetch(transfer.BASE, tmp_path / "image")
    assert (tmp_path / "image").read_bytes() == b"the image"


@pytest.mark.parametrize(("name", "values"), [
    ("disk", {"token": "wrong"}), ("disk", {"token": ""}), ("disk.swap", {}), ("move.json", {}), ("../base", {})])
def test_what_nobody_is_given(files, server, tmp_path, name, values):
    source = served(old_disks.set_aside(UUID, MOVE, 1), server, **values)
    with pytest.raises(exceptions.NovaLiteError, match="404"):
        source.fetch(name, tmp_path / "fetched")


def test_one_that_is_cut_off_is_seen(files):
    sent = io.BytesIO()
    with open(files.root, "rb") as handle:
        transfer.send(handle, sent.write)
    for length in (0, 10, transfer.HEAD.size + 2, len(sent.getvalue()) - 1):
        with pytest.raises(EOFError):
            transfer.receive(io.BytesIO(sent.getvalue()[:length]).read, io.BytesIO())


def test_a_host_that_does_not_answer_is_one_clear_line(files, server, tmp_path):
    source = served(old_disks.set_aside(UUID, MOVE, 1), server)
    server.stop()
    with pytest.raises(exceptions.NovaLiteError, match=f"disk of {UUID} cannot be fetched from 127.0.0.1:"):
        source.fetch("disk", tmp_path / "fetched")
