"""What the API can do to a server, the command line can ask for."""
import importlib.metadata

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
