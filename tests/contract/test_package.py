"""The package as a whole: what it needs is declared, what is generated is current, no file has grown too long."""
import ast
import configparser
import importlib.metadata
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIMIT = 400
# Declared though no line imports them, and why.
NOT_IMPORTED = {
    "pymysql": "named in the database URL",
    "psycopg": "named in the database URL",
    "py-spy": "a program",
}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> dict[str, set[str]]:
    """Section (install, or an extra's name) -> canonical names of distributions."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")

    def names(text):
        lines = filter(None, map(str.strip, text.splitlines()))
        return {canonical(re.match(r"[A-Za-z0-9_.-]+", line).group()) for line in lines}

    return {"install": names(parser["options"]["install_requires"]),
            **{extra: names(text) for extra, text in parser["options.extras_require"].items()}}


def sources(*folders: str) -> list[pathlib.Path]:
    """The Python files of a folder, each once (migrations is linked into the package)."""
    return sorted({path.resolve() for folder in folders for path in (ROOT / folder).rglob("*.py")})


def imported(*folders: str) -> dict[str, pathlib.Path]:
    """Top-level module that is not ours or Python's -> a file that imports it."""
    found = {}
    for path in sources(*folders):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            for name in names:
                top = name.partition(".")[0]
                if top not in sys.stdlib_module_names and top not in ("nova_lite", "tests", "tools", "__future__"):
                    found.setdefault(top, path)
    return found


def distribution(module: str) -> str:
    names = importlib.metadata.packages_distributions().get(module)
    assert names, f"{module} is not installed"
    return canonical(names[0])


def test_what_the_package_imports_is_declared():
    sections = declared()
    allowed = set().union(*(names for extra, names in sections.items() if extra != "test"))
    for module, path in imported("nova_lite", "migrations").items():
        if path.name == "testing.py":         # a fixture for other projects' tests: whoever loads it has pytest
            continue
        assert distribution(module) in allowed, f"{path.relative_to(ROOT)} imports {module}: not in setup.cfg"


def test_what_tests_and_tools_import_is_declared():
    allowed = set().union(*declared().values())
    for module, path in imported("tests", "tools").items():
        # Tools and tests import each other by their folder's name.
        folders = (path.parent, ROOT / "tools", ROOT / "tests")
        if not any((folder / f"{module}.py").is_file() or (folder / module).is_dir() for folder in folders):
            assert distribution(module) in allowed, f"{path.relative_to(ROOT)} imports {module}: not in setup.cfg"


def test_what_is_declared_is_used():
    of_the_package = {distribution(module) for module in imported("nova_lite", "migrations")}
    of_the_tools = {distribution(module) for module in imported("tools")}
    for extra, names in declared().items():
        if extra != "test":
            used = of_the_tools if extra == "bench" else of_the_package
            assert names - used - set(NOT_IMPORTED) == set(), f"setup.cfg, {extra}"


def test_entry_points_point_at_something():
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")
    for group, lines in parser["options.entry_points"].items():
        for line in filter(None, map(str.strip, lines.splitlines())):
            module, _, attribute = line.partition("=")[2].strip().partition(":")
            file = ROOT / (module.replace(".", "/") + ".py")
            package = ROOT / module.replace(".", "/") / "__init__.py"
            path = file if file.is_file() else package
            assert path.is_file(), f"{group}: {line}"
            names = {node.name for node in ast.parse(path.read_text()).body
                     if isinstance(node, ast.FunctionDef | ast.ClassDef)}
            assert attribute in names, f"{group}: {line}"


# A migration is a record of what was, not a module to read: it may be as long as the schema.
@pytest.mark.parametrize("path", [path for path in sources("nova_lite") if ROOT / "migrations" not in path.parents],
                         ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_is_too_long(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LIMIT


@pytest.mark.parametrize("path", sources("nova_lite"), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_is(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not tree.body or ast.get_docstring(tree)


def test_generated_files_are_current():
    done = subprocess.run([sys.executable, "tools/docs/generate.py", "--check"], cwd=ROOT, capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stderr


def test_generated_files_hold_nothing_of_the_machine():
    import socket

    for name in ("etc/nova_lite/nova_lite.conf.sample", "etc/nova_lite/policy.yaml.sample"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert str(ROOT) not in text and str(pathlib.Path.home()) + "/" not in text and sys.prefix not in text
        assert not re.search(rf"\b{re.escape(socket.gethostname())}\b", text) or len(socket.gethostname()) < 6


def test_the_license_is_named_and_there():
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")
    assert parser["metadata"]["license"] == "Apache-2.0"
    assert "Apache License" in (ROOT / parser["metadata"]["license_files"].strip()).read_text()
