"""``image list``, ``show``, ``create``, ``delete``."""
import os

from nova_lite.cli import columns, lookup
from nova_lite.cli.command import CloudCommand, CloudLister, CloudShow
from nova_lite.cli.errors import CommandError
from nova_lite.cli.server import pair


def _properties(image) -> dict:
    """Without what the SDK writes there for its own use."""
    return {key: value for key, value in (image.properties or {}).items() if not key.startswith("owner_specified.")}


IMAGE_FIELDS = (("id", "id"), ("name", "name"), ("status", "status"), ("disk_format", "disk_format"),
                ("container_format", "container_format"), ("size", "size", columns.Size), ("min_disk", "min_disk"),
                ("min_ram", "min_ram"), ("visibility", "visibility"), ("protected", "is_protected"),
                ("hash_algo", "hash_algo"), ("hash_value", "hash_value", columns.Digest), ("owner", "owner_id"),
                ("properties", _properties, columns.Pairs), ("tags", "tags", columns.Words),
                ("created_at", "created_at"))


class ListImages(CloudLister):
    """List images"""

    examples = ("image list",)
    columns = (("ID", "id"), ("Name", "name"), ("Status", "status"), ("Disk Format", "disk_format"),
               ("Size", "size", columns.Size), ("Visibility", "visibility"))

    def take_action(self, args):
        return self.table(self.cloud.image.images())


class ShowImage(CloudShow):
    """Show one image"""

    examples = ("image show lite-guest",)
    fields = IMAGE_FIELDS

    def add_arguments(self, parser):
        parser.add_argument("image", help="name or id")

    def take_action(self, args):
        return self.one(lookup.image(self.cloud, args.image))


class CreateImage(CloudShow):
    """Upload an image"""

    examples = ("image create debian --file debian.qcow2 --disk-format qcow2 --public",)
    fields = IMAGE_FIELDS

    def add_arguments(self, parser):
        parser.add_argument("name")
        parser.add_argument("--file", required=True, metavar="FILE", help="disk image to upload")
        parser.add_argument("--disk-format", default="qcow2", help="qcow2 (the default), raw, iso …")
        parser.add_argument("--container-format", default="bare", help="default bare")
        parser.add_argument("--min-disk", type=int, default=0, metavar="GiB", help="smallest root disk")
        parser.add_argument("--min-ram", type=int, default=0, metavar="MiB", help="least memory")
        parser.add_argument("--public", action="store_true", help="for all projects (admin)")
        parser.add_argument("--property", type=pair, action="append", default=[], metavar="KEY=VALUE",
                            help="image property; may be repeated")

    def take_action(self, args):
        if not os.path.isfile(args.file) or not os.access(args.file, os.R_OK):
            raise CommandError(f"--file {args.file}: no such file, or it cannot be read")
        images = self.cloud.image
        image = images.create_image(
            args.name, filename=args.file, disk_format=args.disk_format, container_format=args.container_format,
            min_disk=args.min_disk, min_ram=args.min_ram, visibility="public" if args.public else "private",
            allow_duplicates=True, wait=True, **({"meta": dict(args.property)} if args.property else {}))
        return self.one(images.get_image(image.id))


class DeleteImage(CloudCommand):
    """Delete images; servers of it go on"""

    examples = ("image delete debian",)

    def add_arguments(self, parser):
        parser.add_argument("images", nargs="+", metavar="image", help="name or id")

    def take_action(self, args):
        for name in args.images:
            self.cloud.image.delete_image(lookup.image(self.cloud, name), ignore_missing=False)
