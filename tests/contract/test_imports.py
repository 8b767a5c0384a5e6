"""The import contracts hold, and each of them can fail."""
import configparser
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# contract -> (module that gets the line, what it imports): one breach of each.
BREACHES = {
    "sqlalchemy": ("nova_lite.scheduler.breach", "sqlalchemy"),
    "oslo_messaging": ("nova_lite.conductor.breach_messaging", "oslo_messaging"),
    "webob": ("nova_lite.compute.breach_webob", "webob"),
    "websockify": ("nova_lite.cmd.breach_websockify", "websockify"),
    "libvirt": ("nova_lite.compute.breach_libvirt", "libvirt"),
    "cli": ("nova_lite.cli.breach", "nova_lite.states"),
    "foundation": ("nova_lite.models.breach", "nova_lite.rpc"),
    "db": ("nova_lite.db.breach", "nova_lite.rpc"),
    "rpc": ("nova_lite.rpc.breach", "nova_lite.scheduler"),
    "compute-host": ("nova_lite.compute.breach_db", "nova_lite.db.session"),
    "compute-api": ("nova_lite.compute.breach_api", "nova_lite.compute.api"),
    "compute-services": ("nova_lite.compute.breach_engine", "nova_lite.conductor.engine"),
    "drivers": ("nova_lite.virt.breach", "nova_lite.conductor.rpcapi"),
    "clients": ("nova_lite.image.breach", "nova_lite.virt.driver"),
    "conductor": ("nova_lite.conductor.breach_compute", "nova_lite.compute.manager"),
    "scheduler": ("nova_lite.scheduler.breach_network", "nova_lite.network.client"),
    "api": ("nova_lite.api.breach", "nova_lite.scheduler.rpcapi"),
    "embedded": ("nova_lite.embedded.breach", "nova_lite.compute.rpcapi"),
}


def contracts() -> dict[str, str]:
    """id -> name, of .importlinter."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    return {section.rpartition(":")[2]: parser[section]["name"] for section in parser if ":contract:" in section}


def lint(tree: pathlib.Path) -> tuple[int, str]:
    text = ("import sys; sys.path.insert(0, '.'); from importlinter import cli; "
            "sys.exit(cli.lint_imports(config_filename='.importlinter', no_cache=True))")
    done = subprocess.run([sys.executable, "-c", text], cwd=tree, capture_output=True, text=True,
                          env={"COLUMNS": "300", "PATH": "", "PYTHONDONTWRITEBYTECODE": "1"})
    return done.returncode, done.stdout + done.stderr


def test_every_contract_holds():
    code, output = lint(ROOT)
    assert code == 0, output


def test_every_contract_has_its_breach():
    assert set(contracts()) == set(BREACHES)


@pytest.fixture(scope="module")
def breached(tmp_path_factory):
    """What import-linter says of a copy of the tree with all the breaches in it."""
    tree = tmp_path_factory.mktemp("tree")
    shutil.copytree(ROOT / "nova_lite", tree / "nova_lite", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", tree)
    for module, imported in BREACHES.values():
        (tree / (module.replace(".", "/") + ".py")).write_text(f"import {imported}\n")
    code, output = lint(tree)
    assert code == 1
    return output


@pytest.mark.parametrize("contract", BREACHES)
def test_a_contract_fails_when_it_is_broken(breached, contract):
    module, imported = BREACHES[contract]
    name = contracts()[contract]
    assert f"{name} BROKEN" in breached
    report = breached.rpartition("Broken contracts")[2].partition(f"\n{name}\n")[2]
    assert f"{module} -> {imported}" in report.partition("\n\n\n")[0]
