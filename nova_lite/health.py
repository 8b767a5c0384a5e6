"""/healthcheck: oslo.middleware's Healthcheck with the checks of nova-lite, which are its plugins.

The API serves it without authentication, every service on its own loopback port (``cmd.observer``).  200 while the
service can do its work, 503 when it cannot; the reasons tell either way.  However often it is asked, each check is made
once in [observability] check_interval, by one thread.
"""
import abc
import threading
import time
from collections.abc import Iterable

from oslo_middleware import healthcheck
from oslo_middleware.healthcheck import opts, pluginbase

from nova_lite import exceptions, rpc
from nova_lite.conf import CONF

# Names of entry points in the group oslo.middleware.healthcheck.
DATABASE, BROKER, HEARTBEAT, SERVICES = "nova_lite_database", "nova_lite_broker", "nova_lite_heartbeat", \
    "nova_lite_services"


class Pulse:
    """When the service's last heartbeat succeeded; its start counts as one."""

    def __init__(self):
        self._at = time.monotonic()

    def beat(self) -> None:
        self._at = time.monotonic()

    def age(self) -> float:
        """Seconds."""
        return time.monotonic() - self._at


def make_app(checks: Iterable[str], *, pulse: Pulse | None = None, waits_for_broker: bool = False):
    """The WSGI app.  [healthcheck] backends (disable_by_file, for example) are asked beside ``checks``.

    ``waits_for_broker``: without a broker the service goes on, so that is told but is no failure.
    """
    CONF.register_opts(opts.HEALTHCHECK_OPTS, group="healthcheck")
    try:
        return healthcheck.Healthcheck(None, {"backends": [*checks, *CONF.healthcheck.backends], "pulse": pulse,
                                              "waits_for_broker": waits_for_broker})
    finally:
        CONF.clear_override("backends", group="healthcheck")        # the middleware sets it for the whole process


class _Check(pluginbase.HealthcheckBaseExtension, abc.ABC):
    """Made by one thread at a time; whoever asks meanwhile is told what was found last."""

    def __init__(self, oslo_conf, conf):
        super().__init__(oslo_conf, conf)
        self._lock, self._last, self._at = threading.Lock(), None, 0.0

    def healthcheck(self, server_port) -> pluginbase.HealthcheckResult:
        if self._lock.acquire(blocking=self._last is None):
            try:
                if self._last is None or time.monotonic() - self._at >= CONF.observability.check_interval:
                    self._last = pluginbase.HealthcheckResult(*self.look())
                    self._at = time.monotonic()
            finally:
                self._lock.release()
        return self._last

    @abc.abstractmethod
    def look(self) -> tuple[bool, str]:
        """(whether the service can do its work as far as this goes, what is to be told)."""


class Database(_Check):
    """It answers."""

    def look(self):
        from nova_lite.db import probe
        begun = time.monotonic()
        try:
            probe.ping()
        except exceptions.NovaLiteError as error:
            return False, f"database: {error}"
        return True, f"database: answers in {(time.monotonic() - begun) * 1000:.1f} ms"


class Broker(_Check):
    """It takes connections and our login."""

    def look(self):
        begun = time.monotonic()
        try:
            rpc.check()
        except exceptions.NovaLiteError as error:
            waits = self.conf["waits_for_broker"]
            return waits, f"broker: {error}" + ("; orders wait for it" if waits else "")
        return True, f"broker: answers in {(time.monotonic() - begun) * 1000:.1f} ms"


class Heartbeat(_Check):
    """The service's own last one is younger than [DEFAULT] service_down_time."""

    def look(self):
        age = self.conf["pulse"].age()
        return age <= CONF.service_down_time, f"heartbeat: {age:.0f} s ago"


class Services(_Check):
    """What an API needs others for: when a conductor, a scheduler and a compute host were heard of.  Only told: an
    API takes orders without them."""

    def look(self):
        from nova_lite.db import probe
        try:
            ages = probe.heartbeat_ages()
        except exceptions.NovaLiteError:
            return True, "heartbeats: not known without the database"
        told = (f"{binary} {age:.0f} s ago" for binary, age in sorted(ages.items()))
        return True, f"heartbeats: {', '.join(told) or 'none'}"
