"""The tree of files that becomes the guest's root filesystem (without kernel and ramdisk)."""
import os
import pathlib
import shutil
import subprocess

from tools.guest import modules, sources

DIRECTORIES = ("bin", "sbin", "usr/bin", "usr/sbin", "etc/lite", "etc/acpi/PWRF", "etc/dropbear", "proc", "sys",
               "dev", "run", "tmp", "var/log", "var/lib/lite", "root", "home", "mnt/config", "boot", "lib/lite")
IN_SBIN = frozenset(("init", "getty", "reboot", "poweroff", "halt", "ip", "acpid", "uevent"))
UID = 1000


def populate(tree: pathlib.Path, inputs: sources.Sources, *, user: str, password: str) -> None:
    """Fill ``tree`` (made here).  Everything belongs to whoever builds; the guest's boot chowns the home."""
    for directory in DIRECTORIES:
        (tree / directory).mkdir(parents=True, exist_ok=True)
    (tree / "tmp").chmod(0o1777)
    (tree / "root").chmod(0o700)
    _busybox(tree, inputs.busybox)
    _programs(tree, inputs.programs)
    _modules(tree, inputs.kernel.modules)
    _accounts(tree, user, password)
    for source in (sources.FILES / "lite").iterdir():
        mode = 0o644 if source.suffix else 0o755       # lib.sh and json.awk are read, the rest is run
        _text(tree / "etc/lite" / source.name, source.read_text().replace("@USER@", user), mode)
    for source in (sources.FILES / "programs").iterdir():
        _text(tree / "usr/bin" / source.name, source.read_text(), 0o755)
    shutil.copyfile(sources.FILES / "inittab", tree / "etc/inittab")
    _text(tree / "etc/acpi/PWRF/00000080", (sources.FILES / "power-button").read_text(), 0o755)
    _text(tree / "etc/acpid.conf", "PWRF PWRF/00000080\n")


def _busybox(tree, busybox):
    shutil.copyfile(busybox, tree / "bin/busybox")
    (tree / "bin/busybox").chmod(0o755)
    applets = subprocess.run([busybox, "--list"], check=True, capture_output=True, text=True).stdout.split()
    for applet in applets:
        if applet != "busybox":
            (tree / ("sbin" if applet in IN_SBIN else "bin") / applet).symlink_to("/bin/busybox")


def _programs(tree, programs):
    libraries = set()
    for name, program in programs.items():
        target = tree / sources.PROGRAMS[name] / name
        target.unlink(missing_ok=True)                 # busybox may have an applet of this name
        shutil.copyfile(program, target)
        target.chmod(0o755)
        linked = subprocess.run(["ldd", program], check=True, capture_output=True, text=True).stdout
        libraries.update(word for word in linked.split() if word.startswith("/"))
    for library in libraries:
        target = tree / library.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(os.path.realpath(library), target)
        target.chmod(0o755)


def _modules(tree, directory):
    found = modules.in_load_order(directory, modules.AFTER_ROOT)
    for path in found:
        shutil.copyfile(path, tree / "lib/lite" / path.name)
    _text(tree / "lib/lite/order", "".join(f"{path.name}\n" for path in found))


def _accounts(tree, user, password):
    hashed = subprocess.run(["openssl", "passwd", "-6", "-stdin"], input=password, check=True,
                            capture_output=True, text=True).stdout.strip()
    etc = tree / "etc"
    _text(etc / "passwd", f"root:x:0:0:root:/root:/bin/sh\n{user}:x:{UID}:{UID}::/home/{user}:/bin/sh\n")
    _text(etc / "shadow", f"root:*:19000:0:99999:7:::\n{user}:{hashed}:19000:0:99999:7:::\n", 0o640)
    _text(etc / "group", f"root:x:0:\n{user}:x:{UID}:\n")
    _text(etc / "shells", "/bin/sh\n")
    _text(etc / "nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n")
    _text(etc / "hosts", "127.0.0.1 localhost\n")
    _text(etc / "profile", "export PATH=/sbin:/bin:/usr/sbin:/usr/bin\n")
    _text(etc / "issue", "\nlite guest \\n on \\l\n\n")
    (tree / "home" / user).mkdir()


def _text(path, text, mode=0o644):
    path.write_text(text)
    path.chmod(mode)
