"""``server dump create``: the guest's kernel writes a crash dump."""
from nova_lite.cli.server_actions import Action


class CreateDump(Action):
    """Have guests write a crash dump: a non-maskable interrupt, for a guest that hangs (compute API 2.17)"""

    examples = ("server dump create web1",)

    def act(self, compute, server, args):
        compute.trigger_server_crash_dump(server)
