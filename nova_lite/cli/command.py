"""Bases of all commands: the cloud, errors as one line, and examples in the help."""
import argparse

from cliff import command, lister, show

from nova_lite.cli import errors
from nova_lite.cli.connection import microversion


class CloudCommand(command.Command):
    """A command that talks to a cloud.  ``examples`` is shown at the end of its help."""

    examples: tuple[str, ...] = ()

    @property
    def cloud(self):
        """The openstack.connection.Connection."""
        return self.app.cloud

    def get_epilog(self) -> str:
        return "\n".join(("examples:", *(f"  nova-lite {line}" for line in self.examples))) if self.examples else ""

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.formatter_class = _keep_lines(parser.formatter_class)
        self.add_arguments(parser)
        return parser

    def add_arguments(self, parser) -> None:
        """Override: what the command takes."""

    def run(self, parsed_args) -> int:
        try:
            return super().run(parsed_args)
        except BrokenPipeError:
            raise
        except Exception as exc:
            if self.app.options.debug:
                raise
            text = errors.explain(exc)
            if text is None:
                raise
            raise errors.CommandError(text) from exc

    def ask(self, method: str, path: str, ceiling: str, **options) -> dict:
        """The compute API's answer to a request that the SDK has no call for; ``ceiling``: the newest microversion
        whose bodies the command knows."""
        from openstack import exceptions

        compute = self.cloud.compute
        answer = compute.request(path, method, microversion=microversion(compute, ceiling), **options)
        exceptions.raise_from_response(answer)
        return answer.json() if answer.content else {}

    def say(self, text: str) -> None:
        """A line for the reader, not for a pipe."""
        if self.app.options.verbose_level:
            print(text, file=self.app.stderr)


class CloudLister(CloudCommand, lister.Lister):
    """Prints rows.  ``columns``: (title, attribute or function of the item, optional column class)."""

    columns: tuple = ()

    def table(self, items, columns=None):
        """What cliff wants: titles, and a row for each item."""
        columns = columns or self.columns
        return [title for title, *_ in columns], (tuple(_cell(item, *rest) for _, *rest in columns) for item in items)


class CloudShow(CloudCommand, show.ShowOne):
    """Prints one thing, a field a line."""

    fields: tuple = ()

    def one(self, item, fields=None):
        """What cliff wants: names and values, in the order of ``fields`` (same shape as a lister's columns)."""
        fields = fields or self.fields
        return [title for title, *_ in fields], [_cell(item, *rest) for _, *rest in fields]


def _cell(item, getter, column=None):
    value = getter(item) if callable(getter) else getattr(item, getter, None)
    return column(value) if column is not None else value


def _keep_lines(formatter):
    """``formatter``, but leaving descriptions and examples as they are: argparse would fold them into one line."""
    return type("Formatter", (argparse.RawDescriptionHelpFormatter, formatter), {})
