"""The virt driver for KVM and QEMU through libvirt; the only package that imports libvirt.  Begin at ``driver``."""
