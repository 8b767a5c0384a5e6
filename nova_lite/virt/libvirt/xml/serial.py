"""The serial console: a pty, with everything it says kept in a log."""
import dataclasses

from nova_lite.virt.libvirt.xml.node import node


@dataclasses.dataclass(frozen=True)
class Serial:
    """``append``: otherwise each start of the guest would empty the log."""

    log: str

    def element(self):
        return node("serial", node("log", file=self.log, append="on"), node("target", port=0), type="pty")
