"""A cpio archive of the kernel's "newc" kind, written in memory so that device nodes need no root.

Format: Linux Documentation/driver-api/early-userspace/buffer-format.rst.
"""
import posixpath
import stat


class Archive:
    """Adds entries in the order of the calls; parent directories come by themselves."""

    def __init__(self):
        self._out = bytearray()
        self._inode = 0
        self._directories = {""}

    def directory(self, name: str) -> None:
        name = name.strip("/")
        if name not in self._directories:
            self.directory(posixpath.dirname(name))
            self._directories.add(name)
            self._entry(name, stat.S_IFDIR | 0o755)

    def file(self, name: str, content: bytes, mode: int = 0o644) -> None:
        self.directory(posixpath.dirname(name.strip("/")))
        self._entry(name, stat.S_IFREG | mode, content)

    def character_device(self, name: str, major: int, minor: int) -> None:
        self.directory(posixpath.dirname(name.strip("/")))
        self._entry(name, stat.S_IFCHR | 0o600, device=(major, minor))

    def finish(self) -> bytes:
        self._entry("TRAILER!!!", 0)
        return bytes(self._out)

    def _entry(self, name, mode, content=b"", device=(0, 0)):
        self._inode += 1
        encoded = name.strip("/").encode() + b"\0"
        fields = (self._inode, mode, 0, 0, 1, 0, len(content), 0, 0, *device, len(encoded), 0)
        self._out += b"070701" + b"".join(b"%08X" % field for field in fields) + encoded
        self._pad()
        self._out += content
        self._pad()

    def _pad(self):
        self._out += b"\0" * (-len(self._out) % 4)
