"""The builder's formats: what a kernel, a BIOS and insmod will make of its output."""
import pathlib
import shutil
import struct
import subprocess

import pytest

from tools.guest import cpio, disk, kernel, modules, sources


def entries(archive: bytes) -> list[tuple[str, int, bytes]]:
    """(name, mode, content) as the kernel's unpacker reads them."""
    found, at = [], 0
    while True:
        assert archive[at:at + 6] == b"070701"
        fields = [int(archive[at + 6 + 8 * n:at + 14 + 8 * n], 16) for n in range(13)]
        name = archive[at + 110:at + 110 + fields[11] - 1].decode()
        at += 110 + fields[11]
        at += -at % 4
        content = archive[at:at + fields[6]]
        at += fields[6] + -fields[6] % 4
        if name == "TRAILER!!!":
            return found
        found.append((name, fields[1], content))


def test_an_archive_holds_parents_before_children_once():
    archive = cpio.Archive()
    archive.file("a/b/one", b"1", 0o755)
    archive.file("/a/b/two", b"22222")
    archive.character_device("dev/console", 5, 1)
    assert entries(archive.finish()) == [
        ("a", 0o40755, b""), ("a/b", 0o40755, b""), ("a/b/one", 0o100755, b"1"), ("a/b/two", 0o100644, b"22222"),
        ("dev", 0o40755, b""), ("dev/console", 0o20600, b"")]


def module_tree(tmp_path, deps: str, builtin: str = "") -> pathlib.Path:
    (tmp_path / "modules.dep").write_text(deps)
    (tmp_path / "modules.builtin").write_text(builtin)
    return tmp_path


def test_modules_come_after_what_they_need(tmp_path):
    tree = module_tree(tmp_path, "k/top.ko: k/middle.ko k/low-er.ko\nk/middle.ko: k/low-er.ko\nk/low-er.ko:\n")
    ordered = modules.in_load_order(tree, ["top", "low_er"])
    assert [path.name for path in ordered] == ["low-er.ko", "middle.ko", "top.ko"]


def test_a_builtin_module_is_left_out_and_an_unknown_one_is_an_error(tmp_path):
    tree = module_tree(tmp_path, "", "kernel/fs/ext4.ko\n")
    assert modules.in_load_order(tree, ["ext4"]) == []
    with pytest.raises(KeyError):
        modules.in_load_order(tree, ["no_such"])


def test_the_partition_table_names_one_active_linux_partition_to_the_end():
    table = disk._partition_table(131072)
    assert len(table) == 512 - 440 and table[-2:] == b"\x55\xaa"
    active, _, kind, _, start, length = struct.unpack("<B3sB3sII", table[6:22])
    assert (active, kind, start, start + length) == (0x80, 0x83, disk.PARTITION_START, 131072)
    # the ramdisk writes the length when the disk is larger: it must be where it looks for it
    assert 440 + 6 + 12 == 0x1CA


def test_the_newest_kernel_with_modules_is_taken(tmp_path):
    for version in ("6.1.0-9-cloud-amd64", "6.1.0-56-cloud-amd64", "6.1.0-99-cloud-amd64"):
        (tmp_path / "boot").mkdir(exist_ok=True)
        (tmp_path / "boot" / f"vmlinuz-{version}").touch()
        if "99" not in version:
            (tmp_path / "lib/modules" / version).mkdir(parents=True)
            (tmp_path / "lib/modules" / version / "modules.dep").touch()
    assert kernel._newest(tmp_path).image.name == "vmlinuz-6.1.0-56-cloud-amd64"
    assert kernel._newest(tmp_path / "empty") is None


@pytest.mark.skipif(not shutil.which("awk"), reason="a machine without awk")
@pytest.mark.parametrize("text, lines", [
    ('{"a": "b", "n": 1, "t": true}', ["a\tb", "n\t1", "t\ttrue"]),
    ('{"k": {"x y": "ssh-rsa A\\\\n"}}', ["k.x y\tssh-rsa A\\\\n"]),
    ('{"f": [{"p": "/a"}, {"p": "/b"}], "e": [], "o": {}}', ["f.0.p\t/a", "f.1.p\t/b"]),
    ('{"q": "a\\"b"}', ['q\ta\\"b']),
    ("not json at all", ["\tnot"]),
    ("", []),
])
def test_the_guest_flattens_json(text, lines):
    script = sources.FILES / "lite" / "json.awk"
    result = subprocess.run(["awk", "-f", script], input=text, capture_output=True, text=True, timeout=10)
    assert [line for line in result.stdout.splitlines() if line.strip()] == lines
