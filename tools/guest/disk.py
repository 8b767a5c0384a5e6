"""A raw BIOS disk: MBR, GRUB in the gap, one ext4 partition that is filled without being mounted."""
import pathlib
import struct
import subprocess
import tempfile

SIZE_MIB = 64
SECTOR = 512
PARTITION_START = 2048          # sectors; the MiB before it holds GRUB's core.img
LABEL = "LITE"                  # the ramdisk finds the root filesystem by it (superblock offset 0x78)
COMMAND_LINE = ("root=/dev/vda1 console=tty0 console=ttyS0,115200n8 quiet loglevel=3 panic=5 net.ifnames=0 "
                "random.trust_cpu=on mitigations=off")
GRUB_MODULES = ("biosdisk", "part_msdos", "ext2", "linux", "boot")
GRUB_SCRIPT = f"""set root=(hd0,msdos1)
linux /boot/vmlinuz {COMMAND_LINE}
initrd /boot/initrd
boot
"""


def make(image: pathlib.Path, tree: pathlib.Path, grub: pathlib.Path) -> None:
    """Write ``image`` with the files of ``tree``; ``grub`` is /usr/lib/grub/i386-pc."""
    sectors = SIZE_MIB * 2**20 // SECTOR
    with open(image, "wb") as file:
        file.truncate(sectors * SECTOR)
    _make_filesystem(image, tree, (sectors - PARTITION_START) * SECTOR // 4096)
    core = _grub_core(grub)
    if len(core) > (PARTITION_START - 1) * SECTOR:
        raise ValueError(f"GRUB's core.img has {len(core)} bytes: it does not fit before the partition")
    # boot.img looks for core.img at sector 1, where it is written here, unless told otherwise
    boot_code = (grub / "boot.img").read_bytes()[:440]
    with open(image, "r+b") as file:
        file.write(boot_code + _partition_table(sectors) + core)


def _make_filesystem(image, tree, blocks):
    # resize=: room in the descriptor table to grow to 8 TiB; a 4 MiB journal is enough for a guest this small
    subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-L", LABEL, "-m", "0", "-b", "4096", "-N", "4096",
                    "-O", "^metadata_csum,^64bit", "-J", "size=4",
                    "-E", f"offset={PARTITION_START * SECTOR},root_owner=0:0,lazy_itable_init=0,resize=2097152",
                    "-d", tree, image, str(blocks)], check=True)


def _grub_core(grub) -> bytes:
    with tempfile.TemporaryDirectory() as scratch:
        script, core = pathlib.Path(scratch, "grub.cfg"), pathlib.Path(scratch, "core.img")
        script.write_text(GRUB_SCRIPT)
        subprocess.run(["grub-mkimage", "-O", "i386-pc", "-d", grub, "-c", script, "-o", core,
                        "-p", "(hd0,msdos1)/boot", *GRUB_MODULES], check=True)
        return core.read_bytes()


def _partition_table(sectors) -> bytes:
    """Bytes 440 to 511 of the MBR: disk signature, one active Linux partition, boot signature."""
    entry = struct.pack("<B3sB3sII", 0x80, b"\x20\x21\x00", 0x83, b"\xfe\xff\xff",
                        PARTITION_START, sectors - PARTITION_START)
    return b"LITE\0\0" + entry + bytes(48) + b"\x55\xaa"
