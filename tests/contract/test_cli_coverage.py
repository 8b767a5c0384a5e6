"""What the API can do to a server, the command line can ask for."""
import importlib.metadata
from unittest import mock

import pytest

from nova_lite.api.handlers import server_actions
from nova_lite.cli import commands

# Action of POST /servers/{id}/action -> the command that asks for it.
COMMANDS = {
    "addFixedIp": "server add fixed ip", "confirmResize": "server resize confirm",
    "createBackup": "server backup create",
    "createImage": "server image create", "forceDelete": "server delete", "lock": "server lock",
    "migrate": "server migrate", "os-getConsoleOutput": "console log show", "os-resetState": "server set",
    "os-start": "server start", "os-stop": "server stop", "pause": "server pause", "reboot": "server reboot",
    "rebuild": "server rebuild", "rescue": "server rescue", "resize": "server resize", "resume": "server resume",
    "revertResize": "server resize revert", "suspend": "server suspend", "unlock": "server unlock",
    "unpause": "server unpause", "unrescue": "server unrescue", "os-getVNCConsole": "console url show",
    "os-getSerialConsole": "console url show", "os-getSPICEConsole": "console url show",
    "os-getRDPConsole": "console url show", "shelve": "server shelve", "unshelve": "server unshelve",
    "shelveOffload": "server shelve", "changePassword": "server set", "restore": "server restore",
    "trigger_crash_dump": "server dump create", "addSecurityGroup": "server add security group",
    "removeSecurityGroup": "server remove security group", "addFloatingIp": "server add floating ip",
    "removeFloatingIp": "server remove floating ip", "evacuate": "server evacuate", "os-migrateLive": "server migrate",
}
# Why nobody needs a command for it.
WITHOUT = {"injectNetworkInfo": "every client has left it out: the network service's events do the same"}


@pytest.mark.parametrize("action", sorted(set(server_actions.ACTIONS) - set(WITHOUT)))
def test_every_action_of_a_server_has_a_command(action):
    assert action in COMMANDS, f"name the command of the action '{action}' in COMMANDS of this file"
    assert COMMANDS[action] in commands.COMMANDS, (
        f"there is no '{COMMANDS[action]}' for the action '{action}': nova_lite/cli/commands.py")


# Commands of ``openstack server`` that are not here, and why.
NOT_HERE = {
    **dict.fromkeys(("server add share", "server remove share", "server share list", "server share show"),
                    "there is no service of shares"),
    "server migrate confirm": "the old name of server migration confirm",
    "server migrate revert": "the old name of server migration revert",
    "server volume update": "the old name of server volume set",
}


def of_openstack() -> set[str]:
    return {entry.name.replace("_", " ") for entry in importlib.metadata.entry_points(group="openstack.compute.v2")
            if entry.name.startswith("server_")}


def test_every_command_of_openstack_server_is_here():
    known = of_openstack()
    assert len(known) > 50
    assert sorted(known - set(commands.COMMANDS) - set(NOT_HERE)) == []
    assert set(NOT_HERE) <= known and not set(NOT_HERE) & set(commands.COMMANDS)


# Options of commands that are here, and why not they.
PRINTING = {"--column", "--fit-width", "--format", "--max-width", "--noindent", "--prefix", "--print-empty",
            "--variable"}
MORE_PAGES = "--limit says how many; without it all are listed"
NAMES = "projects and users are asked for by id, which has no domain"
OPTIONS_NOT_HERE = {
    "server add volume": dict.fromkeys(PRINTING, "it prints nothing"),
    "server evacuate": {**dict.fromkeys(PRINTING, "it prints nothing"),
                        "--shared-storage": "the API finds that out since 2.14",
                        "--wait": "no server is evacuated yet"},
    "server event list": {"--long": "all columns are there", "--max-items": MORE_PAGES},
    "server group list": {"--long": "all columns are there", "--max-items": MORE_PAGES},
    "server list": {"--instance-name": "the API knows no filter of that name", "--max-items": MORE_PAGES,
                    "--name-lookup-one-by-one": "names are in the answer, or one request for all",
                    "--project-domain": NAMES, "--user-domain": NAMES},
    "server migrate": {"--no-disk-overcommit": "it is the default"},
    "server migration list": {"--max-items": MORE_PAGES, "--project-domain": NAMES, "--user-domain": NAMES},
    "server rebuild": dict.fromkeys(("--reimage-boot-volume", "--no-reimage-boot-volume"), "no server boots a volume"),
    "server resize": dict.fromkeys(("--confirm", "--revert"), "the old names of server resize confirm and revert"),
    "server ssh": {**dict.fromkeys(("--public", "--private", "--address-type"), "the server's first address is taken"),
                   "--option": "what stands behind -- is ssh's own"},
}


def options(entry) -> set[str]:
    """The long options of a command, given its entry point."""
    parser = entry.load()(mock.MagicMock(), None).get_parser("a command")
    return {word for action in parser._actions for word in action.option_strings if word.startswith("--")}


def test_every_option_of_openstack_server_is_here():
    here = dict(commands.Table())
    missing = {}
    for entry in importlib.metadata.entry_points(group="openstack.compute.v2"):
        name = entry.name.replace("_", " ")
        if name.startswith("server ") and name in here and (left := options(entry) - options(here[name])):
            missing[name] = left
    assert missing == {name: set(reasons) for name, reasons in OPTIONS_NOT_HERE.items()}
