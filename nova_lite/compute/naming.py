"""Names that are made for servers: hostname, names of several, reservation id."""
import re
import secrets

MOST_CHARACTERS = 255
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


def hostname(name: str, uuid: str) -> str:
    """A host name out of a display name, by Nova's rules: latin-1, 63 characters, ``[a-z0-9-]``; ``Server-<uuid>``
    when nothing is left."""
    text = name[:63].encode("latin-1", "ignore").decode("latin-1")
    text = re.sub(r"[ _.]", "-", text)
    text = re.sub(r"[^a-zA-Z0-9-]+", "", text).lower().strip("-")
    return text or f"Server-{uuid}"


def display_name(name: str, index: int, count: int) -> str:
    """``name-1``, ``name-2`` … when one request makes several; a long one is cut so that it fits its column."""
    if count == 1:
        return name
    number = f"-{index + 1}"
    return name[:MOST_CHARACTERS - len(number)] + number


def reservation_id() -> str:
    return "r-" + "".join(secrets.choice(_ALPHABET) for _ in range(8))
