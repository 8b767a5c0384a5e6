"""What a guest says of itself: Nova's element for the field's tools, and nova-lite's own.

The own element is the mark by which guests are known; one without it is never listed nor touched.
It is read back here too, so that both sides stay together.
"""
import dataclasses
import datetime
from xml.etree import ElementTree

from nova_lite.models import Flavor
from nova_lite.virt.libvirt.xml.node import node

NOVA = "http://openstack.org/xmlns/libvirt/nova/1.1"
OWN = "urn:nova-lite:guest:1"


@dataclasses.dataclass(frozen=True)
class NovaMetadata:
    """The element that monitoring tools read; its shape is Nova's."""

    version: str
    name: str
    created: datetime.datetime      # UTC
    flavor: Flavor
    user_id: str
    project_id: str
    image_id: str

    def element(self):
        flavor = self.flavor
        sizes = {"memory": flavor.memory_mb, "disk": flavor.root_gb, "swap": flavor.swap,
                 "ephemeral": flavor.ephemeral_gb, "vcpus": flavor.vcpus}
        element = node(
            "nova:instance",
            node("nova:package", version=self.version),
            node("nova:name", text=self.name),
            node("nova:creationTime", text=self.created.strftime("%Y-%m-%d %H:%M:%S")),
            node("nova:flavor", *(node(f"nova:{key}", text=value) for key, value in sizes.items()), name=flavor.name),
            node("nova:owner", node("nova:user", uuid=self.user_id, text=self.user_id),
                 node("nova:project", uuid=self.project_id, text=self.project_id)),
            node("nova:root", type="image", uuid=self.image_id) if self.image_id else None)
        element.set("xmlns:nova", NOVA)
        return element


@dataclasses.dataclass(frozen=True)
class OwnMetadata:
    """``home`` is the directory of guests of the nova-lite that made it: two on one machine keep apart."""

    uuid: str
    attempt: int
    home: str

    def element(self):
        element = node("nova-lite:guest", uuid=self.uuid, attempt=self.attempt, home=self.home)
        element.set("xmlns:nova-lite", OWN)
        return element

    @classmethod
    def parse(cls, text: str) -> "OwnMetadata | None":
        """The element as libvirt gives it back; None when it is not what ``element`` writes."""
        try:
            found = ElementTree.fromstring(text)
            return cls(found.attrib["uuid"], int(found.attrib["attempt"]), found.attrib["home"])
        except (ElementTree.ParseError, KeyError, ValueError):
            return None
