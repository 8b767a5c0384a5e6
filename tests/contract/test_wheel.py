"""The wheel and the sdist carry everything that stands in the package's folder: code, migrations, samples."""
import pathlib
import shutil
import subprocess
import sys
import tarfile
import zipfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIP = shutil.ignore_patterns("__pycache__", "*.pyc", "*.egg-info")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """(names in the wheel, names in the sdist, files of the package), built from a copy by the tree's own backend."""
    tree = tmp_path_factory.mktemp("tree")
    for name in ("setup.cfg", "pyproject.toml", "README.rst", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    for name in ("nova_lite", "migrations", "etc"):
        shutil.copytree(ROOT / name, tree / name, symlinks=True, ignore=SKIP)
    out = tmp_path_factory.mktemp("out")
    text = f"import setuptools.build_meta as b; b.build_sdist({str(out)!r}); b.build_wheel({str(out)!r})"
    done = subprocess.run([sys.executable, "-c", text], cwd=tree, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(out.glob("*.whl"))) as wheel:
        in_wheel = set(wheel.namelist())
    with tarfile.open(next(out.glob("*.tar.gz"))) as sdist:
        in_sdist = {name.partition("/")[2] for name in sdist.getnames()}
    return in_wheel, in_sdist, files(ROOT / "nova_lite", "nova_lite")


def files(folder: pathlib.Path, prefix: str) -> set[str]:
    """All files below, through links to folders, except what Python leaves there."""
    found = set()
    for path in folder.iterdir():
        name = f"{prefix}/{path.name}"
        if path.is_dir():
            found |= files(path, name) if path.name != "__pycache__" else set()
        elif path.suffix != ".pyc":
            found.add(name)
    return found


def test_the_wheel_has_all_files(built):
    wheel, _, wanted = built
    assert wanted - wheel == set()


def test_the_sdist_has_all_files(built):
    _, sdist, wanted = built
    assert wanted - sdist == set()


def test_the_wheel_has_migrations_samples_and_license(built):
    wheel, _, _ = built
    assert {"nova_lite/migrations/env.py", "nova_lite/etc/nova_lite.conf.sample",
            "nova_lite/etc/policy.yaml.sample"} <= wheel
    assert any(name.endswith("licenses/LICENSE") for name in wheel)


def test_the_wheel_has_nothing_but_the_package(built):
    wheel, _, _ = built
    assert {name.partition("/")[0] for name in wheel} - {"nova_lite"} == {
        next(name for name in wheel if name.endswith("/METADATA")).partition("/")[0]}
