"""The table of commands, help, completion, and what may be imported."""
import shlex
import subprocess
import sys

import pytest

from nova_lite.cli import commands, shell


@pytest.mark.parametrize("name", commands.COMMANDS)
def test_each_command_has_a_description_and_examples_that_parse(name):
    command = commands.Table().commands[name].load()
    assert (command.__doc__ or "").strip()
    assert command.examples
    for example in command.examples:
        assert example.startswith(name + " ") or example == name
        words = shlex.split(example.removeprefix(name))
        words = words[:words.index("--")] if "--" in words else words
        command(shell.Shell(), None).get_parser(name).parse_args(words)


def test_help_of_a_command_shows_its_examples(cloud, run):
    code, out, _ = run("server", "create", "--help", cloud=None)
    assert code == 0
    assert "  nova-lite server create web1 --flavor m1.tiny --image lite-guest --network private" in out


def test_no_command_is_help(run):
    code, out, _ = run("help", cloud=None)
    assert code == 0 and "server trace" in out


def test_completion_knows_nouns_verbs_and_options(run):
    code, out, _ = run("complete", cloud=None)
    assert code == 0
    assert "cmds_server_create='" in out and "--user-data" in out and "complete -F _nova_lite nova-lite" in out


def test_a_misspelt_command_is_not_found(run):
    code, out, _ = run("sever", "list", cloud=None)
    assert code == 2 and "server list" in out


def test_starting_imports_neither_the_sdk_nor_the_rest_of_nova_lite():
    text = ("import sys\nfrom nova_lite.cli import commands, shell\n"
            "[entry.load() for _, entry in commands.Table()]\n"
            "print(*sorted(m for m in sys.modules if m.split('.')[0] == 'openstack' or"
            " m.startswith('nova_lite.') and not m.startswith('nova_lite.cli')))\n")
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
