#!/usr/bin/env python
"""Write every generated file, or (--check) say which are stale and exit with 1.

Run from anywhere with the Python that has nova-lite's requirements; it reads the checkout it stands in.
"""
import argparse
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tools.docs import (  # noqa: E402
    api_details,
    api_ref,
    cli_ref,
    conf_sample,
    notifications_ref,
    openapi,
    operations_ref,
    policy_sample,
    readme,
    scheduler_ref,
    states_ref,
    version_history,
)

FILES = {
    "etc/nova_lite/nova_lite.conf.sample": conf_sample.render,
    "etc/nova_lite/policy.yaml.sample": policy_sample.render,
    "README.rst": readme.render,
    "doc/api-details.rst": api_details.render,
    "doc/api-ref.rst": api_ref.render,
    "doc/cli.rst": cli_ref.render,
    "doc/notifications.rst": notifications_ref.render,
    "doc/openapi.yaml": openapi.render,
    "doc/operations-ref.rst": operations_ref.render,
    "doc/rest_api_version_history.rst": version_history.render,
    "doc/scheduler.rst": scheduler_ref.render,
    "doc/states.rst": states_ref.render,
}


def stale(root: pathlib.Path = ROOT) -> list[str]:
    """The generated files that are missing or not what the code says now."""
    return [name for name, render in FILES.items()
            if not (root / name).is_file() or (root / name).read_text(encoding="utf-8") != render()]


def write(root: pathlib.Path = ROOT) -> None:
    for name, render in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(render(), encoding="utf-8")


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when something is stale")
    if not parser.parse_args(argv).check:
        write()
        return 0
    old = stale()
    for name in old:
        print(f"{name} is stale; run: python tools/docs/generate.py", file=sys.stderr)
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main())
