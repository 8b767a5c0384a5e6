"""Command line of the builder: prints the image's path."""
import argparse
import sys

from tools.guest import build
from tools.guest.kernel import MissingSource


def main() -> int:
    parser = argparse.ArgumentParser(prog="guest", description="Build the lite-guest image.")
    parser.add_argument("directory", help="where the image is kept; it is built only when its sources changed")
    options = parser.parse_args()
    try:
        print(build.build(options.directory))
    except MissingSource as exc:
        sys.exit(f"guest image: {exc}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
