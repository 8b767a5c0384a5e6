"""Main of ``nova-lite``: global options, the table of commands, and errors as one line.

Nothing here or in a command module imports openstacksdk at its top: help and completion must be
quick, so the SDK is imported when a command first asks for the cloud.
"""
import argparse
import importlib.metadata
import logging
import sys
import warnings

from cliff import app

from nova_lite.cli import commands, connection

_DESCRIPTION = """Boot and look after virtual machines of a nova-lite (or Nova) cloud.

Say which cloud with --os-cloud NAME (an entry of clouds.yaml), OS_CLOUD, or the OS_* variables of an openrc file."""


def _version() -> str:
    try:
        return importlib.metadata.version("nova-lite")
    except importlib.metadata.PackageNotFoundError:       # run from a checkout
        return "unknown"


class Shell(app.App):
    """The application; ``cloud`` is what commands talk through."""

    NAME = "nova-lite"
    LOG = logging.getLogger("nova-lite")

    def __init__(self, **streams):
        super().__init__(description=_DESCRIPTION, version=_version(), command_manager=commands.Table(),
                         deferred_help=True, **streams)
        self._cloud = None
        self.behind_dashes: list[str] = []

    def build_option_parser(self, description, version, argparse_kwargs=None):
        kwargs = {"allow_abbrev": False, "formatter_class": argparse.RawDescriptionHelpFormatter}
        parser = super().build_option_parser(description, version, kwargs | (argparse_kwargs or {}))
        connection.add_options(parser)
        return parser

    def configure_logging(self) -> None:
        """Libraries are quiet unless asked: -v shows their notes, --debug every request."""
        super().configure_logging()
        level = logging.DEBUG if self.options.debug else \
            {0: logging.ERROR, 1: logging.WARNING, 2: logging.INFO}.get(self.options.verbose_level, logging.DEBUG)
        for handler in logging.getLogger("").handlers:
            if type(handler) is logging.StreamHandler:
                handler.setLevel(level)
        if level >= logging.WARNING:
            # What they warn of comes back as an error, with more to it.
            for library in ("keystoneauth", "openstack"):
                logging.getLogger(library).setLevel(logging.ERROR)
        if level > logging.DEBUG:
            warnings.simplefilter("ignore")               # the SDK's notes to programmers

    def run(self, argv: list[str]) -> int:
        """cliff's; what stands behind ``--`` of ``server ssh`` is for ssh, not for this command's parser."""
        argv = list(argv)
        if "--" in argv and "ssh" in argv[:argv.index("--")]:
            cut = argv.index("--")
            argv, self.behind_dashes = argv[:cut], argv[cut + 1:]
        return super().run(argv)

    @property
    def cloud(self):
        """The openstack.connection.Connection of the options, made when first asked for."""
        if self._cloud is None:
            self._cloud = connection.connect(self.options)
        return self._cloud

    def clean_up(self, cmd, result, err) -> None:
        if self._cloud is not None:
            self._cloud.close()
            self._cloud = None

    def interact(self) -> None:
        """Global options but no command: the same help as for nothing at all."""
        self.run_subcommand(["help"])


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    return Shell().run(arguments or ["help"])


if __name__ == "__main__":
    sys.exit(main())
