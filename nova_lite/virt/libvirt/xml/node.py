"""One XML element, said briefly."""
import re
from typing import Protocol
from xml.etree import ElementTree

# what XML 1.0 cannot hold, escaped or not; a display name may have such characters
UNSPEAKABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Device(Protocol):
    """Anything that has XML of its own."""

    def element(self) -> ElementTree.Element: ...


def node(tag: str, *children: ElementTree.Element | None, text: object = None,
         **attributes: object) -> ElementTree.Element:
    """``tag`` with attributes (None: left out), text and children (None: left out)."""
    element = ElementTree.Element(tag, {key: _clean(value) for key, value in attributes.items() if value is not None})
    if text is not None:
        element.text = _clean(text)
    element.extend(child for child in children if child is not None)
    return element


def _clean(value: object) -> str:
    return UNSPEAKABLE.sub("\N{REPLACEMENT CHARACTER}", str(value))


def render(element: ElementTree.Element) -> str:
    """The text, indented by two."""
    ElementTree.indent(element)
    return ElementTree.tostring(element, encoding="unicode") + "\n"
