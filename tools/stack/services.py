"""nova-lite's own processes: the schema, the first users, and the supervisor that keeps all services."""
import http.client
import urllib.error
import urllib.request

from tools.stack import config, ports, process, virtualenv
from tools.stack.errors import StackError
from tools.stack.settings import Settings

NAMES = ("api", "conductor", "scheduler", "compute", "metadata", "embedded", "novncproxy", "serialproxy")
START_TIMEOUT = 60
STOP_TIMEOUT = 70               # more than [DEFAULT] graceful_shutdown_timeout


class Services:
    def __init__(self, settings: Settings):
        self._settings = settings
        self._supervisor = process.Daemon("supervisor", settings.run, settings.logs / "supervisor.log")

    def running(self) -> bool:
        return self._supervisor.pid() is not None

    def pids(self) -> list[int]:
        """The supervisor and all that it started."""
        pid = self._supervisor.pid()
        return process.session_members(pid) if pid else []

    def migrate(self) -> None:
        """Bring the schema up to date and make the first users; both change nothing the second time.
        Raises StackError."""
        self._manage("db", "sync", what="database migration")
        self._manage("bootstrap", what="making users and keys")

    def start(self) -> None:
        """Start the supervisor; raises StackError for a used port."""
        settings = self._settings
        for port, what in ((settings.ports.compute, "the compute API"), (settings.ports.embedded, "embedded services"),
                           (settings.ports.novncproxy, "screens of guests"),
                           (settings.ports.serialproxy, "serial consoles of guests")):
            ports.demand_free(port, what, settings.listen)
        command = [virtualenv.program("nova-lite-supervisor"), *config.arguments(settings),
                   "--services", ",".join(NAMES)]
        if settings.fake:
            command += ["--compute-hosts", ",".join(config.host_names(settings))]
        self._supervisor.start(command, cwd=settings.data)

    def wait(self) -> None:
        """Until both APIs answer.  Raises StackError when the supervisor ends or time is up."""
        settings = self._settings
        for port, path, what, log in (
                (settings.ports.compute, "/", "the compute API", "nova-lite-api.log"),
                (settings.ports.embedded, "/identity/v3", "the embedded services", "nova-lite-embedded.log")):
            address = f"{config.url(settings, port)}{path}"
            process.wait_until(lambda address=address: healthy(address) or not self.running(), START_TIMEOUT)
            if not self.running():
                raise StackError("the services ended while they started", self._newest_log())
            if not healthy(address):
                raise StackError(f"no answer from {what} at {address} after {START_TIMEOUT} s", settings.logs / log)

    def healthy(self) -> bool:
        """The supervisor runs and both APIs answer now."""
        settings = self._settings
        return (self.running() and healthy(config.url(settings, settings.ports.compute) + "/")
                and healthy(config.url(settings, settings.ports.embedded) + "/identity/v3"))

    def stop(self) -> bool:
        return self._supervisor.stop(timeout=STOP_TIMEOUT)

    def _newest_log(self):
        """The log that was written last: the supervisor's own, or that of the service that ended it."""
        logs = [path for path in self._settings.logs.glob("nova-lite-*.log") if path.stat().st_size]
        if self._supervisor.log.exists() and self._supervisor.log.stat().st_size:
            logs.append(self._supervisor.log)
        return max(logs, key=lambda path: path.stat().st_mtime_ns, default=self._supervisor.log)

    def _manage(self, *arguments, what):
        command = [virtualenv.program("nova-lite-manage"), *config.arguments(self._settings), *arguments]
        process.run(command, log=self._settings.logs / "manage.log", what=what)


def healthy(address: str) -> bool:
    """Something below 500 comes back."""
    try:
        # a proxy of the environment has no business with our own ports
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        opener.open(address, timeout=5).close()
    except urllib.error.HTTPError as exc:
        return exc.code < 500
    except (OSError, http.client.HTTPException):
        return False
    return True
