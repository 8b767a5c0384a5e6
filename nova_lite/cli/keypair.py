"""``keypair list``, ``create``, ``show``, ``delete``."""
import os

from nova_lite.cli.command import CloudCommand, CloudLister, CloudShow
from nova_lite.cli.errors import CommandError

_FIELDS = (("name", "name"), ("type", "type"), ("fingerprint", "fingerprint"), ("user_id", "user_id"))


class ListKeypairs(CloudLister):
    """List your key pairs"""

    examples = ("keypair list",)
    columns = (("Name", "name"), ("Fingerprint", "fingerprint"), ("Type", "type"))

    def take_action(self, args):
        return self.table(self.cloud.compute.keypairs())


class ShowKeypair(CloudShow):
    """Show a key pair, or only its public key"""

    examples = ("keypair show demo", "keypair show demo -f value -c public_key")
    fields = (*_FIELDS, ("created_at", "created_at"), ("public_key", "public_key"))

    def add_arguments(self, parser):
        parser.add_argument("name")

    def take_action(self, args):
        found = self.cloud.compute.find_keypair(args.name, ignore_missing=True)
        if found is None:
            raise CommandError(f"You have no key pair {args.name!r}. See: nova-lite keypair list")
        return self.one(found)


class CreateKeypair(CloudShow):
    """Import a public key, or have a key pair made"""

    examples = ("keypair create demo --public-key ~/.ssh/id_ed25519.pub", "keypair create demo --private-key demo.pem")
    fields = _FIELDS

    def add_arguments(self, parser):
        parser.add_argument("name")
        way = parser.add_mutually_exclusive_group(required=True)
        way.add_argument("--public-key", metavar="FILE", help="public key to import")
        way.add_argument("--private-key", metavar="FILE", help="have a pair made; its private key goes into this file")

    def take_action(self, args):
        if args.public_key:
            return self.one(self.cloud.compute.create_keypair(name=args.name, public_key=self._read(args.public_key)))
        return self.one(self._generate(args.name, os.path.expanduser(args.private_key)))

    @staticmethod
    def _read(path):
        try:
            with open(os.path.expanduser(path), encoding="utf-8") as file:
                return file.read().strip()
        except (OSError, UnicodeDecodeError) as exc:
            raise CommandError(f"--public-key {path}: {getattr(exc, 'strerror', None) or 'not a text file'}") from exc

    def _generate(self, name, path):
        """The file is made first: the key is sent once only, so there must be a place for it."""
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as exc:
            raise CommandError(f"--private-key {path}: {exc.strerror}") from exc
        try:
            keypair = self.cloud.compute.create_keypair(name=name)
        except BaseException:
            os.close(handle)
            os.unlink(path)
            raise
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(keypair.private_key)
        return keypair


class DeleteKeypair(CloudCommand):
    """Delete key pairs; servers keep the key they got"""

    examples = ("keypair delete demo",)

    def add_arguments(self, parser):
        parser.add_argument("names", nargs="+", metavar="name")

    def take_action(self, args):
        for name in args.names:
            self.cloud.compute.delete_keypair(name, ignore_missing=False)
