"""What the user chose, kept in the data directory so that later runs and unstack know it.

``DATA/stack.json`` is written whole or not at all.  Options left out on a later run keep their value;
options that would make another cloud of it are refused.
"""
import dataclasses
import json
import os
import pathlib
import secrets

from tools.stack.errors import StackError
from tools.stack.ports import DEFAULT_BASE, Ports

DEFAULT_DATA = pathlib.Path("/var/lib/nova-lite")
# an option of the command line -> may it change on a stack that exists
CHANGEABLE = {"virt": False, "db": False, "hosts": True, "port_base": False, "listen": False, "broker_url": False,
              "database_url": False}


@dataclasses.dataclass(frozen=True)
class Settings:
    """``virt`` is decided ("auto" never appears here).  ``passwords`` are ours, of broker and database."""

    data: pathlib.Path
    virt: str = "qemu"
    virt_reason: str = ""
    db: str = "sqlite"
    hosts: int = 1
    port_base: int = DEFAULT_BASE
    listen: str = "127.0.0.1"
    broker_url: str = ""
    database_url: str = ""
    broker_password: str = ""
    database_password: str = ""
    first_server: str = ""                  # its id once it was ordered: it is ordered once in a cloud's life

    @property
    def ports(self) -> Ports:
        return Ports(self.port_base)

    @property
    def fake(self) -> bool:
        return self.virt == "fake"

    @property
    def run(self) -> pathlib.Path:
        """Records of processes."""
        return self.data / "run"

    @property
    def logs(self) -> pathlib.Path:
        return self.data / "log"

    @property
    def config(self) -> pathlib.Path:
        return self.data / "nova_lite.conf"

    def save(self) -> None:
        """Atomic; readable by the owner alone, for the passwords in it."""
        values = {key: value for key, value in dataclasses.asdict(self).items() if key != "data"}
        new = self.data / "stack.json.new"
        new.touch(mode=0o600)
        new.write_text(json.dumps(values, indent=1) + "\n")
        os.replace(new, self.data / "stack.json")


def load(data: pathlib.Path) -> Settings | None:
    """Those of the stack in ``data``; None when there is none.  Raises StackError for a broken file."""
    path = data / "stack.json"
    try:
        return Settings(data=data, **json.loads(path.read_text()))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, TypeError) as exc:
        raise StackError(f"{path} cannot be read ({exc}); unstack.sh --purge starts anew") from exc


def combine(data: pathlib.Path, options: dict) -> Settings:
    """Settings of this run: the stack's own and ``options`` (None: not given).

    Raises StackError for options that contradict each other or the stack that exists.  ``virt`` may come
    out as "auto": the caller decides it.
    """
    known = load(data)
    given = {name: options[name] for name in CHANGEABLE if options.get(name) is not None}
    if known:
        for name, value in given.items():
            old = getattr(known, name)
            if value != old and not CHANGEABLE[name] and not (name == "virt" and _same_kind(value, old)):
                flag = "--" + name.replace("_", "-")
                raise StackError(f"the stack in {data} was made with {flag} {old or '(none)'}; "
                                 f"for {flag} {value} first run unstack.sh --purge, or give another --data-dir")
        settings = dataclasses.replace(known, **given)
    else:
        settings = Settings(data=data, **{"virt": "auto", **given}, broker_password=secrets.token_hex(16),
                            database_password=secrets.token_hex(16))
    _check(settings)
    return settings


def _same_kind(new, old) -> bool:
    """kvm, qemu and auto exchange freely: guests are defined anew at each start."""
    return "fake" not in (new, old)


def _check(settings):
    if settings.hosts < 1:
        raise StackError("--hosts must be at least 1")
    if settings.hosts > 1 and not settings.fake:
        raise StackError("--hosts is for --virt fake: one machine is one libvirt host")
    if not 1024 <= settings.port_base <= 65500:
        raise StackError("--port-base must be between 1024 and 65500")
    if settings.database_url and settings.db != "sqlite":
        raise StackError("--database-url gives the database; leave --db out")
    if settings.broker_url and "://" not in settings.broker_url:
        raise StackError(f"--broker-url {settings.broker_url}: not a URL such as rabbit://USER:PASSWORD@HOST:5672/")
    if settings.database_url and "://" not in settings.database_url:
        raise StackError(f"--database-url {settings.database_url}: not a URL such as mysql+pymysql://...")
