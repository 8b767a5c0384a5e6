"""Does KVM really run guests here?  A boot sector is booted, with a time limit.

A /dev/kvm that can be opened, even one that makes a virtual machine, proves nothing where the machine is
itself a guest: nested guests may hang at their first instruction, or run a thousand times too slow.  The
boot sector switches to protected mode, counts, and writes a number to QEMU's isa-debug-exit port, which
makes QEMU exit with a status that nothing else gives.  It must do so twice, each time quickly.

``python3 -m tools.stack.accelerator`` prints the decision.
"""
import dataclasses
import os
import subprocess
import tempfile
import time

EXIT_PORT = 0xF4
VALUE = 0x2A
STATUS = VALUE << 1 | 1                 # what isa-debug-exit makes of the value
TIME_LIMIT = 1.25                       # seconds; emulation needs 0.1, a KVM that works less
RUNS = 2
QEMU = "qemu-system-x86_64"

LOAD_ADDRESS = 0x7C00
PROTECTED_CODE, GDT, GDT_POINTER = 0x40, 0x80, 0xA0     # offsets in the sector


@dataclasses.dataclass(frozen=True)
class Verdict:
    works: bool
    reason: str
    seconds: float


def choose() -> tuple[str, str]:
    """("kvm" or "qemu", why)."""
    verdict = probe("kvm")
    if verdict.works:
        return "kvm", f"KVM ran a test guest in {verdict.seconds:.2f} s"
    return "qemu", f"emulation, since KVM does not work: {verdict.reason}"


def probe(accelerator: str, time_limit: float = TIME_LIMIT) -> Verdict:
    """Boot the sector ``RUNS`` times; the first failure ends it."""
    total = 0.0
    for _ in range(RUNS):
        verdict = _boot(accelerator, time_limit)
        total += verdict.seconds
        if not verdict.works:
            break
    return dataclasses.replace(verdict, seconds=total)


def _boot(accelerator, time_limit) -> Verdict:
    began = time.monotonic()

    def verdict(works, reason):
        return Verdict(works, reason, time.monotonic() - began)

    if accelerator == "kvm" and not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return verdict(False, "/dev/kvm is missing or may not be opened")
    with tempfile.NamedTemporaryFile(suffix=".img") as image:
        image.write(boot_sector())
        image.flush()
        command = [QEMU, "-accel", accelerator, "-M", "pc", "-m", "32", "-display", "none", "-nodefaults",
                   "-no-user-config", "-no-reboot", "-device", f"isa-debug-exit,iobase={EXIT_PORT:#x},iosize=0x04",
                   "-drive", f"file={image.name},format=raw,if=floppy", "-boot", "a"]
        try:
            result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=time_limit)
        except FileNotFoundError:
            return verdict(False, f"{QEMU} is not installed")
        except subprocess.TimeoutExpired:
            return verdict(False, f"/dev/kvm is there, but a test guest did not run within {time_limit} s")
    if result.returncode == STATUS:
        return verdict(True, "a test guest ran")
    said = result.stderr.decode(errors="replace").strip()[-200:]
    return verdict(False, f"QEMU exited with {result.returncode}: {said}")


def boot_sector() -> bytes:
    """512 bytes: real mode, 32-bit protected mode, count to 100000, write VALUE to EXIT_PORT."""
    sector = bytearray(512)

    def put(offset, *parts):
        code = b"".join(parts)
        sector[offset:offset + len(code)] = code

    def word(number):
        return number.to_bytes(4, "little")

    put(0,
        b"\xfa",                                                    # cli
        b"\x31\xc0\x8e\xd8",                                        # xor ax, ax; mov ds, ax
        b"\x0f\x01\x16", (LOAD_ADDRESS + GDT_POINTER).to_bytes(2, "little"),        # lgdt
        b"\x0f\x20\xc0\x66\x83\xc8\x01\x0f\x22\xc0",                # cr0 |= 1
        b"\x66\xea", word(LOAD_ADDRESS + PROTECTED_CODE), b"\x08\x00")              # jmp 8:protected
    put(PROTECTED_CODE,
        b"\x66\xb8\x10\x00\x8e\xd8",                                # mov ax, 0x10; mov ds, ax
        b"\xb9", word(100000),                                      # mov ecx, 100000
        b"\x31\xd2",                                                # xor edx, edx
        b"\x42\x49\x75\xfc",                                        # again: inc edx; dec ecx; jnz again
        b"\x81\xfa", word(100000), b"\x75\x07",                     # cmp edx, 100000; jne hang
        b"\xb0", bytes([VALUE]),                                    # mov al, VALUE
        b"\x66\xba", EXIT_PORT.to_bytes(2, "little"), b"\xee",      # mov dx, EXIT_PORT; out dx, al
        b"\xf4\xeb\xfd")                                            # hang: hlt; jmp hang
    put(GDT,
        bytes(8),
        b"\xff\xff\x00\x00\x00\x9a\xcf\x00",                        # 8: code, 4 GiB
        b"\xff\xff\x00\x00\x00\x92\xcf\x00")                        # 16: data, 4 GiB
    put(GDT_POINTER, (23).to_bytes(2, "little"), word(LOAD_ADDRESS + GDT))
    put(510, b"\x55\xaa")
    return bytes(sector)


if __name__ == "__main__":
    print(*choose(), sep=": ")
