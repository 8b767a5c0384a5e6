"""What a disk image's first bytes say, read here before any tool opens the file.

An image comes from a user.  QEMU's own probing would follow what its header names (a backing file, an
external data file, a VMDK's extents), so whatever names another file is refused by this module first.
oslo.utils' format_inspector finds the same in every format of qemu-img's, but takes a file of less than 512 bytes
for raw whatever it begins with.
Formats: https://gitlab.com/qemu-project/qemu/-/blob/master/docs/interop/qcow2.rst
"""
import dataclasses
import os
import pathlib
import struct

ALLOWED = ("qcow2", "raw")
QCOW2_MAGIC = b"QFI\xfb"
HEADER = struct.Struct(">4sIQIIQIIQQIIQ")       # to nb_snapshots and snapshots_offset
INCOMPATIBLE_FEATURES = 72                      # offset, version 3
CORRUPT, EXTERNAL_DATA_FILE = 1 << 1, 1 << 2
KNOWN_FEATURES = 0b11111                        # dirty, corrupt, data file, compression type, extended L2
LUKS, AES = 2, 1
MOST_BYTES = (1 << 63) - 512                    # of a virtual disk, in QEMU
MOST_L1_ENTRIES = (32 << 20) // 8               # as QEMU takes them
CLUSTER_BITS = range(9, 22)

# (offset, bytes) of formats that a raw image must not turn out to be
SIGNATURES = {
    "qcow2": ((0, QCOW2_MAGIC),), "qed": ((0, b"QED\0"),), "vmdk": ((0, b"KDMV"), (0, b"COWD"),
                                                                       (0, b"# Disk DescriptorFile")),
    "vhdx": ((0, b"vhdxfile"),), "vpc": ((0, b"conectix"),), "vdi": ((0x40, b"\x7f\x10\xda\xbe"),),
    "luks": ((0, b"LUKS\xba\xbe"),), "parallels": ((0, b"WithoutFreeSpace"), (0, b"WithouFreSpacExt")),
}


class UnsafeImage(Exception):
    """Why an image is refused, in one line."""


@dataclasses.dataclass(frozen=True)
class DiskImage:
    """``virtual_size`` in bytes: what a guest sees."""

    path: pathlib.Path
    format: str
    virtual_size: int


def inspect(path: pathlib.Path, declared: str | None) -> DiskImage:
    """Check the file against the format that it is declared to have.  Raises UnsafeImage."""
    if declared not in ALLOWED:
        raise UnsafeImage(f"disk format {declared} is not one of {', '.join(ALLOWED)}")
    with open(path, "rb") as handle:
        head = handle.read(512)
        size = os.fstat(handle.fileno()).st_size
    found = _signature(head)
    if declared == "raw":
        if found:
            raise UnsafeImage(f"it is declared raw but is {found}")
        if size == 0:
            raise UnsafeImage("it is empty")
        return DiskImage(path, "raw", size)
    if found != "qcow2":
        raise UnsafeImage(f"it is declared qcow2 but is {found or 'not'}")
    return DiskImage(path, "qcow2", _check_qcow2(head, size))


def _signature(head: bytes) -> str | None:
    for name, marks in SIGNATURES.items():
        if any(head[offset:offset + len(mark)] == mark for offset, mark in marks):
            return name
    return None


def _check_qcow2(head: bytes, file_size: int) -> int:
    """The virtual size; refuses whatever needs another file or a key, or has lost its tables."""
    if len(head) < 104:
        raise UnsafeImage("its qcow2 header is cut off")
    (_, version, backing_offset, _, cluster_bits, size, crypt, l1_entries, l1_offset, refcount_offset,
     *_) = HEADER.unpack_from(head)
    if version not in (2, 3):
        raise UnsafeImage(f"qcow2 version {version} is not known")
    if backing_offset:
        raise UnsafeImage("it names a backing file")
    features = struct.unpack_from(">Q", head, INCOMPATIBLE_FEATURES)[0] if version == 3 else 0
    if features & EXTERNAL_DATA_FILE:
        raise UnsafeImage("it names an external data file")
    if features & CORRUPT:
        raise UnsafeImage("it is marked corrupt")
    if features & ~KNOWN_FEATURES:
        raise UnsafeImage("it needs features of qcow2 that are not known here")
    if crypt in (AES, LUKS):
        raise UnsafeImage("it is encrypted")
    if not size:
        raise UnsafeImage("it is empty")
    if size > MOST_BYTES or l1_entries > MOST_L1_ENTRIES or cluster_bits not in CLUSTER_BITS:
        raise UnsafeImage("its header says what no qcow2 file can be")
    # QEMU reads zeros there: an empty disk, and no complaint
    if max(l1_offset + 8 * l1_entries, refcount_offset) > file_size:
        raise UnsafeImage("it is cut off")
    return size
