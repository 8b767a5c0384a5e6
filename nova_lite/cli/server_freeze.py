"""``server pause``, ``unpause``, ``suspend``, ``resume``."""
from nova_lite.cli.server_actions import Action


class PauseServer(Action):
    """Pause servers: their CPUs stand still, their memory is kept"""

    examples = ("server pause --wait web1",)
    wanted = "PAUSED"

    def act(self, compute, server, args):
        compute.pause_server(server)


class UnpauseServer(Action):
    """Let paused servers go on"""

    examples = ("server unpause --wait web1",)
    wanted = "ACTIVE"

    def act(self, compute, server, args):
        compute.unpause_server(server)


class SuspendServer(Action):
    """Suspend servers: their memory is saved on the host, and they are off"""

    examples = ("server suspend --wait web1",)
    wanted = "SUSPENDED"

    def act(self, compute, server, args):
        compute.suspend_server(server)


class ResumeServer(Action):
    """Let suspended servers go on from what was saved"""

    examples = ("server resume --wait web1",)
    wanted = "ACTIVE"

    def act(self, compute, server, args):
        compute.resume_server(server)
