"""doc/cli.rst: the commands of ``nova-lite`` with their examples."""
from nova_lite.cli import commands
from tools.docs import rst

_INTRO = """\
``nova-lite`` talks HTTP to any cloud of Nova's shape. Which one: ``--os-cloud NAME`` (an entry of ``clouds.yaml``),
``OS_CLOUD``, or the ``OS_*`` variables of an openrc file. Lists print as ``-f table`` (the default), ``json``,
``yaml``, ``value`` or ``csv``; ``-c COLUMN`` chooses columns. ``nova-lite COMMAND --help`` shows all options;
``nova-lite complete`` prints a bash completion. A command that fails prints one line and exits with 1.
"""


def render() -> str:
    lines = [*rst.notice("nova_lite/cli"), *rst.heading("The nova-lite command", "="), *_INTRO.splitlines(), ""]
    noun = None
    for name, entry in sorted(commands.Table()):
        if name.rsplit(" ", 1)[0] != noun:
            noun = name.rsplit(" ", 1)[0]
            lines += rst.heading(noun, "-")
        command = entry.load()
        lines += [rst.code(name), f"   {command.__doc__.strip().splitlines()[0]}", "   ::", ""]
        lines += [f"      nova-lite {example}" for example in command.examples] + [""]
    return rst.text(lines)
