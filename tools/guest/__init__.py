"""Builds ``lite-guest``, the default image: a Debian kernel, busybox and dropbear on a GRUB disk.

Called by tools/stack and tools/testrun (``build.build``) and by hand (``python3 -m tools.guest
DIRECTORY`` in the checkout).  Standard library only; needs no root, no loop device, and no network unless a
kernel has to be fetched.  The scripts that run inside the guest are in ``files/``.
"""
