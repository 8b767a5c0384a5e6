"""Who turns the kernel's KSM on turns it off, and nobody else."""
import pytest

from tools.stack import ksm
from tools.stack.settings import Settings


@pytest.fixture
def kernel(tmp_path):
    """Its files; ``kernel("run")`` reads one, ``kernel("run", "1")`` writes it."""
    directory = tmp_path / "kernel"
    directory.mkdir()

    def file(name, text=None):
        if text is not None:
            (directory / name).write_text(text + "\n")
        return (directory / name).read_text().strip()
    for name, value in (("run", "0"), ("pages_to_scan", "100"), ("full_scans", "7")):
        file(name, value)
    file.directory = directory
    return file


def test_it_is_turned_on_and_off_again(tmp_path, kernel):
    settings = Settings(tmp_path)
    assert ksm.turn_on(settings, kernel.directory, 0)
    assert (kernel("run"), kernel("pages_to_scan")) == ("1", "100")
    assert not ksm.turn_on(settings, kernel.directory, 0)
    kernel("pages_to_scan", "2000")                     # as if it had been killed while it was at it
    assert ksm.turn_off(settings, kernel.directory)
    assert (kernel("run"), kernel("pages_to_scan")) == ("0", "100")
    assert not ksm.turn_off(settings, kernel.directory)


def test_what_an_operator_turned_on_stays_on(tmp_path, kernel):
    kernel("run", "1")
    assert not ksm.turn_on(Settings(tmp_path), kernel.directory, 0)
    assert not ksm.turn_off(Settings(tmp_path), kernel.directory) and kernel("run") == "1"


def test_a_machine_without_it_says_so_and_keeps_nothing(tmp_path):
    with pytest.raises(FileNotFoundError):
        ksm.turn_on(Settings(tmp_path), tmp_path / "none", 0)
    assert not ksm.turn_off(Settings(tmp_path))
