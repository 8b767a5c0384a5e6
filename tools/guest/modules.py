"""Kernel modules: which ones the guest loads, and in which order insmod wants them."""
import pathlib

ROOT_DISK = ("virtio_pci", "virtio_blk", "virtio_scsi", "sd_mod", "ata_piix")
AFTER_ROOT = ("virtio_net", "virtio_rng", "virtio_balloon", "virtio_console", "button", "evdev", "virtio_scsi",
              "sd_mod", "ata_piix", "sr_mod", "isofs", "nls_utf8", "nls_cp437", "nls_iso8859_1", "vfat")


def in_load_order(directory: pathlib.Path, names) -> list[pathlib.Path]:
    """Files of the named modules and of what they need, needed ones first.

    ``directory`` is /lib/modules/VERSION.  Modules built into the kernel are left out.  Raises KeyError
    for a module that the kernel does not have.
    """
    needs = {}
    for line in (directory / "modules.dep").read_text().splitlines():
        module, _, rest = line.partition(":")
        needs[module] = rest.split()
    by_name = {_name(module): module for module in needs}
    builtin = {_name(line) for line in (directory / "modules.builtin").read_text().splitlines()}
    order = []

    def add(module):
        for needed in reversed(needs[module]):       # depmod lists the nearest one first
            add(needed)
        if module not in order:
            order.append(module)

    for name in names:
        if name not in builtin:
            add(by_name[name])
    return [directory / module for module in order]


def _name(path: str) -> str:
    return pathlib.PurePosixPath(path).name.split(".ko")[0].replace("-", "_")
