"""``server volume list`` and ``set``, ``server add volume``, ``server remove volume``."""
from nova_lite.cli import lookup
from nova_lite.cli.command import CloudCommand, CloudLister
from nova_lite.cli.connection import at_least, microversion
from nova_lite.cli.errors import CommandError

_CEILING = "2.89"
_FLAG, _CHANGE = "2.79", "2.85"         # delete_on_termination in a new attachment, and of an old one


def _path(server_id: str) -> str:
    return f"/servers/{server_id}/os-volume_attachments"


class _OfVolume(CloudCommand):
    def add_arguments(self, parser):
        parser.add_argument("server", help="name or id")
        parser.add_argument("volume", help="id")
        self.add_options(parser)

    def add_options(self, parser) -> None:
        """Override: what is said beside the volume."""

    def has(self, since: str, option: str) -> None:
        """Raises CommandError when the API is too old for the option."""
        if not at_least(microversion(self.cloud.compute, _CEILING), since):
            raise CommandError(f"{option} needs compute API {since} or newer")


class AddVolume(_OfVolume):
    """Attach a volume to a server (a cloud without volumes says that there is no such volume)"""

    examples = ("server add volume web1 7c1b5a94-5b3f-4c46-9a1b-0d4d5ae0f0b7",)

    def add_options(self, parser):
        parser.add_argument("--device", help="name for the guest, for example /dev/vdb")
        parser.add_argument("--tag", help="name of the device for the guest (compute API 2.49)")
        delete = parser.add_mutually_exclusive_group()
        delete.add_argument("--enable-delete-on-termination", action="store_const", const=True, dest="delete",
                            help=f"delete the volume with the server (compute API {_FLAG})")
        delete.add_argument("--disable-delete-on-termination", action="store_const", const=False, dest="delete",
                            help=f"keep it (compute API {_FLAG})")

    def take_action(self, args):
        wanted = {"volumeId": args.volume}
        if args.device:
            wanted["device"] = args.device
        if args.tag:
            self.has("2.49", "--tag")
            wanted["tag"] = args.tag
        if args.delete is not None:
            self.has(_FLAG, "--enable-delete-on-termination" if args.delete else "--disable-delete-on-termination")
            wanted["delete_on_termination"] = args.delete
        self.ask("POST", _path(lookup.server_id(self.cloud, args.server)), _CEILING, json={"volumeAttachment": wanted})


class RemoveVolume(_OfVolume):
    """Detach a volume from a server"""

    examples = ("server remove volume web1 7c1b5a94-5b3f-4c46-9a1b-0d4d5ae0f0b7",)

    def take_action(self, args):
        self.ask("DELETE", f"{_path(lookup.server_id(self.cloud, args.server))}/{args.volume}", _CEILING)


class SetServerVolume(_OfVolume):
    """Say whether an attached volume is deleted with its server (compute API 2.85)"""

    examples = ("server volume set --preserve-on-termination web1 7c1b5a94-5b3f-4c46-9a1b-0d4d5ae0f0b7",)

    def add_options(self, parser):
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--delete-on-termination", action="store_true", help="delete it with the server")
        which.add_argument("--preserve-on-termination", action="store_true", help="keep it")

    def take_action(self, args):
        self.has(_CHANGE, "server volume set")
        self.ask("PUT", f"{_path(lookup.server_id(self.cloud, args.server))}/{args.volume}", _CEILING, json={
            "volumeAttachment": {"volumeId": args.volume, "delete_on_termination": args.delete_on_termination}})


class ListServerVolumes(CloudLister):
    """List the volumes of a server"""

    examples = ("server volume list web1",)
    columns = tuple((title, lambda found, key=key: found.get(key)) for title, key in (
        ("Device", "device"), ("Server ID", "serverId"), ("Volume ID", "volumeId"), ("Tag", "tag"),
        ("Delete On Termination?", "delete_on_termination"), ("Attachment ID", "attachment_id")))

    def add_arguments(self, parser):
        parser.add_argument("server", help="name or id")

    def take_action(self, args):
        path = _path(lookup.server_id(self.cloud, args.server))
        return self.table(self.ask("GET", path, _CEILING)["volumeAttachments"])
