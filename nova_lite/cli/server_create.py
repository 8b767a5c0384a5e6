"""``server create``: from options to the body of POST /servers, and the wait for what comes of it."""
import argparse
import base64
import pathlib

from nova_lite.cli import lookup, server_disks, server_group, waiting
from nova_lite.cli.command import CloudShow
from nova_lite.cli.connection import at_least, microversion
from nova_lite.cli.errors import CommandError
from nova_lite.cli.server import pair, show

_CEILING = "2.96"          # the newest create body that this module knows
# What a create takes since a later microversion.
_SINCE = {"description": "2.19", "tags": "2.52", "host": "2.74", "hypervisor_hostname": "2.74", "hostname": "2.90",
          "trusted_image_certificates": "2.63"}
_OPTIONS = {"tags": "tag", "trusted_image_certificates": "trusted-image-cert"}
_USER_DATA_LIMIT = 65535   # characters of base64 that Nova takes


def read_user_data(path: str) -> str:
    """The file in base64, as the API wants it."""
    try:
        with open(path, "rb") as file:
            text = base64.b64encode(file.read()).decode()
    except OSError as exc:
        raise CommandError(f"--user-data {path}: {exc.strerror}") from exc
    if len(text) > _USER_DATA_LIMIT:
        raise CommandError(f"--user-data {path}: too large, {_USER_DATA_LIMIT * 3 // 4} bytes are the limit")
    return text


def files(given: list[tuple[str, str]], version: str | None) -> list[dict] | None:
    """The body's ``personality``, of (path in the guest, file here)."""
    if given and at_least(version, "2.57"):
        raise CommandError("--file needs compute API 2.56 or older (--os-compute-api-version); use --user-data")
    try:
        return [{"path": path, "contents": base64.b64encode(pathlib.Path(file).read_bytes()).decode()}
                for path, file in given] or None
    except OSError as exc:
        raise CommandError(f"--file {exc.filename}: {exc.strerror}") from exc


def networks(words: list[str | dict], version: str | None, find, find_port) -> list[dict] | str | None:
    """The body's ``networks``: each word is auto, none, a network, port:PORT, or what ``--nic`` says.

    ``find`` and ``find_port`` turn a name into an id.  None: leave it out (the API has no "auto" before 2.37).
    """
    special = [word for word in words if word in ("auto", "none")]
    if special and len(words) > 1:
        raise CommandError(f"--network {special[0]} stands alone; it cannot be mixed with others")
    if not words or special:
        word = special[0] if special else "auto"
        if at_least(version, "2.37"):
            return word
        if word == "none":
            raise CommandError("--network none needs compute API 2.37 or newer")
        return None
    if any("tag" in word for word in words if isinstance(word, dict)) and not at_least(version, "2.42"):
        raise CommandError("tag= of --nic needs compute API 2.42 or newer")
    return [_network(word, find, find_port) for word in words]


def _network(word: str | dict, find, find_port) -> dict:
    if isinstance(word, str):
        return {"port": find_port(word[5:])} if word.startswith("port:") else {"uuid": find(word)}
    named = {"uuid": find, "port": find_port}
    return {key: named[key](value) if key in named else value for key, value in word.items()}


_NIC = {"net-id": "uuid", "port-id": "port", "v4-fixed-ip": "fixed_ip", "v6-fixed-ip": "fixed_ip", "tag": "tag"}


def nic(text: str) -> str | dict:
    """argparse type of --nic."""
    if text in ("auto", "none"):
        return text
    found = {}
    for part in text.split(","):
        key, value = pair(part)
        if key not in _NIC or _NIC[key] in found:
            raise argparse.ArgumentTypeError(f"{text!r}: {key} cannot stand there. Known: {', '.join(_NIC)}, each once")
        found[_NIC[key]] = value
    if len({"uuid", "port"} & found.keys()) != 1:
        raise argparse.ArgumentTypeError(f"{text!r} has neither net-id nor port-id, or both")
    return found


class CreateServer(CloudShow):
    """Create a server (or several)"""

    examples = (
        "server create web1 --flavor m1.tiny --image lite-guest --network private --key-name demo --wait",
        "server create batch --flavor m1.tiny --image lite-guest --network auto --min 1 --max 5 --wait",
        "server create web2 --flavor m1.tiny --image lite-guest --user-data setup.sh --property role=front",
        "server create web3 --flavor m1.tiny --image lite-guest --nic net-id=private,tag=front --config-drive",
    )

    def add_arguments(self, parser):
        parser.add_argument("name", help="name of the server; several get -1, -2 … behind it")
        parser.add_argument("--flavor", required=True, help="name or id")
        server_disks.add_options(parser)
        parser.add_argument("--network", action="append", default=[], metavar="NETWORK",
                            help="network by name or id, or port:ID; may be repeated. auto: whichever there is (the "
                                 "default); none: no network")
        parser.add_argument("--port", action="append", dest="network", type="port:{}".format, metavar="PORT",
                            help="a port of one's own, by name or id; may be repeated")
        parser.add_argument("--nic", action="append", dest="network", type=nic, metavar="NIC",
                            help="net-id=NETWORK or port-id=PORT, with v4-fixed-ip=ADDRESS or v6-fixed-ip=ADDRESS, and "
                                 "tag=NAME for the guest (compute API 2.42); or auto, or none; may be repeated")
        parser.add_argument("--auto-network", action="append_const", dest="network", const="auto",
                            help="as --network auto")
        parser.add_argument("--no-network", action="append_const", dest="network", const="none",
                            help="as --network none")
        parser.add_argument("--key-name", metavar="KEY", help="key pair whose public key the guest takes")
        parser.add_argument("--user-data", metavar="FILE", help="file that the guest gets as user data")
        parser.add_argument("--file", action="append", default=[], type=pair, metavar="PATH=FILE",
                            help="file that the guest gets at this path (compute API 2.56 or older); may be repeated")
        parser.add_argument("--trusted-image-cert", action="append", default=[], metavar="ID",
                            help="certificate that the image must be signed by (compute API 2.63); may be repeated")
        parser.add_argument("--property", type=pair, action="append", default=[], metavar="KEY=VALUE",
                            help="metadata item; may be repeated")
        parser.add_argument("--description", help="description (compute API 2.19)")
        drive = parser.add_mutually_exclusive_group()
        drive.add_argument("--config-drive", "--use-config-drive", action="store_const", const=True,
                           help="give the guest a config drive")
        drive.add_argument("--no-config-drive", action="store_const", const=False, dest="config_drive",
                           help="give it none (the default)")
        parser.add_argument("--tag", action="append", default=[], help="tag (compute API 2.52); may be repeated")
        parser.add_argument("--server-group", metavar="GROUP", help="server group to join, by name or id")
        parser.add_argument("--host", help="run on this host (admin; compute API 2.74)")
        parser.add_argument("--hypervisor-hostname", help="run on this node (admin; compute API 2.74)")
        parser.add_argument("--hostname", help="hostname for the guest; else made of the name (compute API 2.90)")
        parser.add_argument("--hint", type=pair, action="append", default=[], metavar="KEY=VALUE",
                            help="scheduler hint; may be repeated")
        parser.add_argument("--availability-zone", metavar="ZONE", help="zone, or ZONE:HOST (admin)")
        groups = parser.add_mutually_exclusive_group()
        groups.add_argument("--security-group", action="append", metavar="GROUP",
                            help="security group by name; may be repeated")
        groups.add_argument("--no-security-group", action="store_const", const=[], dest="security_group",
                            help="name none: the API takes the project's default then")
        parser.add_argument("--min", type=_positive, metavar="N", help="fewest servers that will do")
        parser.add_argument("--max", type=_positive, metavar="N", help="most servers to make")
        parser.add_argument("--password", help="admin password (made up when not given)")
        waiting.add_options(parser, "runs, or failed (exit code 1)")

    def body(self, args, version: str | None) -> dict:
        """The request's body in Nova's words for API ``version``."""
        server = {
            "name": args.name,
            "flavorRef": lookup.flavor(self.cloud, args.flavor).id,
            **server_disks.body(self, args, version),
            "networks": networks(args.network, version, lambda word: lookup.network(self.cloud, word).id,
                                 lambda word: lookup.port_id(self.cloud, word)),
            "key_name": args.key_name,
            "user_data": read_user_data(args.user_data) if args.user_data else None,
            "metadata": dict(args.property) or None,
            "config_drive": args.config_drive,
            "personality": files(args.file, version),
            "trusted_image_certificates": args.trusted_image_cert or None,
            "availability_zone": args.availability_zone,
            "security_groups": None if args.security_group is None else [
                {"name": name} for name in args.security_group],
            "adminPass": args.password,
            "description": args.description,
            "tags": args.tag or None, "host": args.host, "hypervisor_hostname": args.hypervisor_hostname,
            "hostname": args.hostname,
        }
        for key, needed in _SINCE.items():
            if server[key] is not None and not at_least(version, needed):
                raise CommandError(f"--{_OPTIONS.get(key, key.replace('_', '-'))} needs compute API {needed} or newer")
        count = max(args.min or 1, args.max or 1)
        if args.max and args.min and args.min > args.max:
            raise CommandError(f"--min {args.min} is more than --max {args.max}")
        if count > 1:
            server |= {"min_count": args.min or 1, "max_count": count, "return_reservation_id": True}
        body = {"server": {key: value for key, value in server.items() if value is not None}}
        hints = dict(args.hint)
        if args.server_group:
            hints["group"] = server_group.find(self, args.server_group)["id"]
        if hints:
            body["os:scheduler_hints"] = hints
        return body

    def take_action(self, args):
        from openstack import exceptions

        compute = self.cloud.compute
        version = microversion(compute, _CEILING)
        response = compute.post("/servers", json=self.body(args, version), microversion=version)
        exceptions.raise_from_response(response)
        answer = response.json()
        if "reservation_id" in answer:
            return self._several(args, answer["reservation_id"])
        server_id = answer["server"]["id"]
        server = self._wait(args, [server_id])[0] if args.wait else compute.get_server(server_id)
        names, values = show(self, server)
        password = answer["server"].get("adminPass")
        return (names + ["admin_password"], values + [password]) if password else (names, values)

    def _several(self, args, reservation_id):
        ids = [server.id for server in self.cloud.compute.servers(details=False, reservation_id=reservation_id)]
        self.say(f"{len(ids)} servers were ordered: {reservation_id}")
        servers = self._wait(args, ids) if args.wait else []
        return self.one(reservation_id, (("reservation_id", lambda r: r), ("servers", lambda r: "\n".join(ids)),
                                         ("active", lambda r: len(servers) if args.wait else None)))

    def _wait(self, args, ids):
        """All of ``ids`` ACTIVE within one timeout; the failures of all are told."""
        progress = waiting.Progress(self.app.stderr, quiet=not self.app.options.verbose_level)
        waiter = waiting.Waiter(self.cloud.compute, progress, args.timeout)
        servers, failed = [], []
        for server_id in ids:
            try:
                servers.append(waiter.status(server_id, "ACTIVE"))
            except CommandError as exc:
                failed.append(str(exc))
        if failed:
            raise CommandError("\n".join(failed))
        return servers


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 1 or more")
    return int(text)

