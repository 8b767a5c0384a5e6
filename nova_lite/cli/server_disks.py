"""What ``server create`` says of a server's disks: options, and the ``block_device_mapping_v2`` that they make.

Volumes and snapshots are sent as they are typed, by id: whether there are any is the API's to say.
"""
import argparse
import json
import os

from nova_lite.cli import lookup
from nova_lite.cli.command import CloudCommand
from nova_lite.cli.connection import at_least
from nova_lite.cli.errors import CommandError
from nova_lite.cli.server import pair

_KEYS = ("uuid", "source_type", "destination_type", "disk_bus", "device_type", "device_name", "volume_size",
         "guest_format", "boot_index", "delete_on_termination", "tag", "volume_type")
_SINCE = {"tag": "2.42", "volume_type": "2.67"}
LOCAL, VOLUME = ({"destination_type": where} for where in ("local", "volume"))


def add_options(parser) -> None:
    root = parser.add_mutually_exclusive_group()
    root.add_argument("--image", help="name or id of the image to boot")
    root.add_argument("--image-property", type=pair, action="append", default=[], metavar="KEY=VALUE",
                      help="boot the image with this property; may be repeated")
    root.add_argument("--volume", metavar="ID", help="boot this volume")
    root.add_argument("--snapshot", metavar="ID", help="boot a volume made of this snapshot")
    parser.add_argument("--boot-from-volume", type=int, metavar="GB", help="boot a volume of that size, of the image")
    parser.add_argument("--delete-on-termination", action="store_true",
                        help="delete the volume of --boot-from-volume with the server")
    parser.add_argument("--block-device", action="append", default=[], type=device, metavar="DEVICE",
                        help="a device more, or how the root disk is: key=value,… of " + ", ".join(_KEYS)
                             + "; or a file of that in JSON; may be repeated")
    parser.add_argument("--block-device-mapping", action="append", default=[], type=old_device, metavar="DEVICE",
                        help="name=id[:type[:size[:delete-on-terminate]]]; use --block-device")
    parser.add_argument("--swap", type=int, metavar="MB", help="a swap disk of that size")
    parser.add_argument("--ephemeral", action="append", default=[], type=ephemeral, metavar="size=GB[,format=FORMAT]",
                        help="an empty disk; may be repeated")


def _pairs(text: str, keys) -> dict:
    found = dict(pair(part) for part in text.split(","))
    if unknown := found.keys() - set(keys):
        raise argparse.ArgumentTypeError(f"{text!r}: unknown {', '.join(sorted(unknown))}. Known: {', '.join(keys)}")
    return found


def device(text: str) -> dict:
    """argparse type of --block-device."""
    if not os.path.exists(text):
        return _pairs(text, _KEYS)
    try:
        with open(text) as file:
            found = json.load(file)
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"{text}: {error}") from error
    if not isinstance(found, dict) or found.keys() - set(_KEYS):
        raise argparse.ArgumentTypeError(f"{text}: not an object with keys of {', '.join(_KEYS)}")
    return found


def old_device(text: str) -> dict:
    """argparse type of --block-device-mapping."""
    name, _, rest = text.partition("=")
    words = rest.split(":")
    if not name or not words[0] or len(words) > 4:
        raise argparse.ArgumentTypeError(f"{text!r} is not name=id[:type[:size[:delete-on-terminate]]]")
    uuid, kind, size, delete = (*words, "", "", "")[:4]
    if kind not in ("", "volume", "snapshot", "image"):
        raise argparse.ArgumentTypeError(f"{text!r}: {kind} is not volume, snapshot or image")
    found = {"device_name": name, "uuid": uuid, "source_type": kind or "volume", **VOLUME}
    return found | ({"volume_size": size} if size else {}) | ({"delete_on_termination": delete} if delete else {})


def ephemeral(text: str) -> dict:
    """argparse type of --ephemeral."""
    found = _pairs(text, ("size", "format"))
    if "size" not in found:
        raise argparse.ArgumentTypeError(f"{text!r} has no size")
    return found


def body(command: CloudCommand, args, version: str | None) -> dict:
    """``imageRef`` and ``block_device_mapping_v2`` of a create; what is None is to be left out.

    Raises CommandError for what does not go together, or the API is too old for.
    """
    image = _image(command, args)
    if args.boot_from_volume and not image:
        raise CommandError("--boot-from-volume is of an --image or --image-property")
    if args.delete_on_termination and not args.boot_from_volume:
        raise CommandError("--delete-on-termination goes with --boot-from-volume")
    for key, needed in _SINCE.items():
        if any(key in one for one in args.block_device) and not at_least(version, needed):
            raise CommandError(f"{key}= of --block-device needs compute API {needed} or newer")
    more = [*_blank(args), *args.block_device_mapping, *args.block_device]
    root = _root(args, image)
    # an image alone needs no device
    if root and not (image and not args.boot_from_volume and (not more or _says_root(more))):
        more.insert(0, root)
    return {"imageRef": None if args.boot_from_volume else image, "block_device_mapping_v2": more or None}


def _image(command, args) -> str | None:
    if not args.image_property:
        return lookup.image(command.cloud, args.image).id if args.image else None
    wanted = dict(args.image_property).items()
    for image in command.cloud.image.images():
        has = {**image.to_dict(), **(image.properties or {})}
        if all(str(has.get(key)) == value for key, value in wanted):
            return image.id
    raise CommandError("No image has " + ", ".join(f"{key}={value}" for key, value in wanted))


def _says_root(devices) -> bool:
    return any(str(one.get("boot_index")) == "0" for one in devices)


def _root(args, image: str | None) -> dict | None:
    if args.boot_from_volume:
        return {"uuid": image, "boot_index": 0, "source_type": "image", **VOLUME, "volume_size": args.boot_from_volume,
                "delete_on_termination": args.delete_on_termination}
    if image:
        return {"uuid": image, "boot_index": 0, "source_type": "image", **LOCAL, "delete_on_termination": True}
    if args.volume:
        return {"uuid": args.volume, "boot_index": 0, "source_type": "volume", **VOLUME}
    if args.snapshot:
        return {"uuid": args.snapshot, "boot_index": 0, "source_type": "snapshot", **VOLUME,
                "delete_on_termination": False}
    return None


def _blank(args) -> list[dict]:
    blank = {"boot_index": -1, "source_type": "blank", **LOCAL, "delete_on_termination": True}
    swap = [{**blank, "guest_format": "swap", "volume_size": args.swap}] if args.swap else []
    return swap + [{**blank, "volume_size": one["size"], **({"guest_format": one["format"]} if "format" in one else {})}
                   for one in args.ephemeral]
