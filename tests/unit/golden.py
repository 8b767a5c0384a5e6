"""Texts that are compared whole with a file; ``NOVA_LITE_WRITE_GOLDEN=1`` writes the file instead."""
import os
import pathlib


def compare(path: pathlib.Path, text: str) -> None:
    if os.environ.get("NOVA_LITE_WRITE_GOLDEN"):
        path.write_text(text)
    assert text == path.read_text()
