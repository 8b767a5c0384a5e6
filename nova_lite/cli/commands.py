"""The table of commands: noun and verb -> class.  A class is imported when its command is run."""
import importlib

from cliff import commandmanager

COMMANDS = {
    "action list": "action:ListActions",
    "action show": "action:ShowAction",
    "aggregate add host": "aggregate:AddHost",
    "aggregate create": "aggregate:CreateAggregate",
    "aggregate delete": "aggregate:DeleteAggregate",
    "aggregate list": "aggregate:ListAggregates",
    "aggregate remove host": "aggregate:RemoveHost",
    "aggregate set": "aggregate:SetAggregate",
    "aggregate show": "aggregate:ShowAggregate",
    "aggregate unset": "aggregate:UnsetAggregate",
    "availability zone list": "availability_zone:ListZones",
    "console log show": "console:ShowConsoleLog",
    "console url show": "console:ShowConsoleUrl",
    "event watch": "event:WatchEvents",
    "flavor create": "flavor:CreateFlavor",
    "flavor delete": "flavor:DeleteFlavor",
    "flavor list": "flavor:ListFlavors",
    "flavor set": "flavor_changes:SetFlavor",
    "flavor show": "flavor:ShowFlavor",
    "flavor unset": "flavor_changes:UnsetFlavor",
    "host explain": "host:ExplainHosts",
    "host list": "host:ListHosts",
    "hypervisor list": "hypervisor:ListHypervisors",
    "hypervisor show": "hypervisor:ShowHypervisor",
    "image create": "image:CreateImage",
    "image delete": "image:DeleteImage",
    "image list": "image:ListImages",
    "image show": "image:ShowImage",
    "keypair create": "keypair:CreateKeypair",
    "keypair delete": "keypair:DeleteKeypair",
    "keypair list": "keypair:ListKeypairs",
    "keypair show": "keypair:ShowKeypair",
    "limits show": "limits:ShowLimits",
    "network create": "network:CreateNetwork",
    "network delete": "network:DeleteNetwork",
    "network list": "network:ListNetworks",
    "network show": "network:ShowNetwork",
    "port list": "network:ListPorts",
    "quota set": "quota:SetQuota",
    "quota show": "quota:ShowQuota",
    "server add fixed ip": "server_interfaces:AddFixedIp",
    "server add floating ip": "server_floating_ips:AddFloatingIp",
    "server add network": "server_interfaces:AddNetwork",
    "server add port": "server_interfaces:AddPort",
    "server add security group": "server_security_groups:AddSecurityGroup",
    "server add volume": "server_volume:AddVolume",
    "server backup create": "server_image:CreateServerBackup",
    "server create": "server_create:CreateServer",
    "server delete": "server:DeleteServer",
    "server dump create": "server_dump:CreateDump",
    "server evacuate": "server_move:EvacuateServer",
    "server event list": "action:ListServerEvents",
    "server event show": "action:ShowServerEvent",
    "server group create": "server_group:CreateServerGroup",
    "server group delete": "server_group:DeleteServerGroup",
    "server group list": "server_group:ListServerGroups",
    "server group show": "server_group:ShowServerGroup",
    "server image create": "server_image:CreateServerImage",
    "server list": "server:ListServers",
    "server lock": "server_actions:LockServer",
    "server migrate": "server_move:MigrateServer",
    "server migration abort": "server_migration:AbortServerMigration",
    "server migration confirm": "server_move:ConfirmMigration",
    "server migration force complete": "server_migration:ForceCompleteServerMigration",
    "server migration list": "server_migration:ListServerMigrations",
    "server migration revert": "server_move:RevertMigration",
    "server migration show": "server_migration:ShowServerMigration",
    "server password clear": "server_password:ClearServerPassword",
    "server password show": "server_password:ShowServerPassword",
    "server pause": "server_freeze:PauseServer",
    "server reboot": "server_actions:RebootServer",
    "server rebuild": "server_rebuild:RebuildServer",
    "server remove fixed ip": "server_interfaces:RemoveFixedIp",
    "server remove floating ip": "server_floating_ips:RemoveFloatingIp",
    "server remove network": "server_interfaces:RemoveNetwork",
    "server remove port": "server_interfaces:RemovePort",
    "server remove security group": "server_security_groups:RemoveSecurityGroup",
    "server remove volume": "server_volume:RemoveVolume",
    "server rescue": "server_rescue:RescueServer",
    "server resize confirm": "server_move:ConfirmResize",
    "server resize revert": "server_move:RevertResize",
    "server restore": "server_actions:RestoreServer",
    "server resize": "server_move:ResizeServer",
    "server resume": "server_freeze:ResumeServer",
    "server set": "server:SetServer",
    "server shelve": "server_shelve:ShelveServer",
    "server show": "server:ShowServer",
    "server ssh": "server_ssh:Ssh",
    "server start": "server_actions:StartServer",
    "server stop": "server_actions:StopServer",
    "server suspend": "server_freeze:SuspendServer",
    "server trace": "server_trace:TraceServer",
    "server unlock": "server_actions:UnlockServer",
    "server unpause": "server_freeze:UnpauseServer",
    "server unrescue": "server_rescue:UnrescueServer",
    "server unshelve": "server_shelve:UnshelveServer",
    "server unset": "server:UnsetServer",
    "server volume list": "server_volume:ListServerVolumes",
    "server volume set": "server_volume:SetServerVolume",
    "service delete": "service:DeleteService",
    "service list": "service:ListServices",
    "service set": "service:SetService",
    "subnet list": "network:ListSubnets",
    "usage list": "usage:ListUsage",
    "usage show": "usage:ShowUsage",
}


class _Entry:
    """What cliff wants of an entry point, without an installed distribution."""

    def __init__(self, name: str, value: str):
        self.name, self.value = name, f"nova_lite.cli.{value}"

    def load(self):
        module, _, attribute = self.value.partition(":")
        return getattr(importlib.import_module(module), attribute)


class Table(commandmanager.CommandManager):
    """cliff's manager, filled from COMMANDS instead of entry points."""

    def __init__(self):
        super().__init__("nova_lite.cli")

    def _load_commands(self) -> None:
        for name, value in COMMANDS.items():
            self.commands[name] = _Entry(name, value)
