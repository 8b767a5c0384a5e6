"""Which broker: an option, the environment, or the transport_url of a configuration file of the services."""
import configparser
import os
import pathlib
import urllib.parse

from nova_lite.cli.errors import CommandError

ENVIRONMENT = "NOVA_LITE_BROKER"
FILES = ("~/.nova-lite/nova_lite.conf", "/etc/nova_lite/nova_lite.conf")


def url(given: str | None, config_file: str | None) -> str:
    """A URL for kombu (several: behind semicolons).  Raises CommandError when none is known."""
    found = given or os.environ.get(ENVIRONMENT) or _of_files(config_file)
    if not found:
        raise CommandError(f"Which broker? Give --broker or --config-file, or set {ENVIRONMENT}: the services' "
                           "transport_url, rabbit://USER:PASSWORD@HOST:5672/")
    return for_kombu(found)


def _of_files(given: str | None) -> str | None:
    for name in (given,) if given else FILES:
        path = pathlib.Path(name).expanduser()
        parser = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            with open(path, encoding="utf-8") as file:
                parser.read_file(file)
        except FileNotFoundError:
            if given:
                raise CommandError(f"{path}: no such file") from None
            continue
        except (OSError, configparser.Error) as exc:
            raise CommandError(f"{path}: {getattr(exc, 'strerror', None) or exc}") from exc
        if found := parser.defaults().get("transport_url"):
            return found
    return None


def for_kombu(transport_url: str) -> str:
    """oslo.messaging's form: the scheme is the driver, and one URL may name several hosts."""
    parsed = urllib.parse.urlsplit(transport_url)
    scheme = "amqp" if parsed.scheme in ("rabbit", "amqp", "kombu") else parsed.scheme
    path = parsed.path if parsed.path != "/" else "//"              # kombu: "/" alone is a vhost without a name
    return ";".join(f"{scheme}://{host}{path or '//'}" for host in parsed.netloc.split(",")) if parsed.netloc \
        else f"{scheme}://"
