"""A RabbitMQ node of our own: own name, ports, cookie, data and epmd, all on the loopback address.

It never touches the node that Debian's package would run.
"""
import dataclasses
import json
import os
import pathlib
import socket
import subprocess

from tools.stack import ports, process
from tools.stack.errors import StackError

PROGRAMS = pathlib.Path("/usr/lib/rabbitmq/bin")
PROGRAM = PROGRAMS / "rabbitmq-server"
USER = "nova"
# without busy waiting of its schedulers an idle broker leaves the CPU to the guests
ERLANG_ARGS = "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none"


@dataclasses.dataclass(frozen=True)
class RabbitNode:
    """``directory`` holds everything of it; ``run_dir`` and ``log_dir`` records and logs."""

    directory: pathlib.Path
    run_dir: pathlib.Path
    log_dir: pathlib.Path
    port: int
    erlang_port: int
    epmd_port: int
    password: str

    @property
    def url(self) -> str:
        return f"rabbit://{USER}:{self.password}@127.0.0.1:{self.port}/"

    def running(self) -> bool:
        return bool(self._server.pid() and self._epmd.pid())

    def start(self) -> None:
        """Start it unless it runs; ``wait`` tells when it serves.  Raises StackError for a used port."""
        if self.running():
            return
        if not self._epmd.pid():
            ports.demand_free(self.epmd_port, "epmd")
            self._epmd.start(["epmd", "-address", "127.0.0.1", "-port", str(self.epmd_port)])
        for port, what in ((self.port, "RabbitMQ"), (self.erlang_port, "RabbitMQ's Erlang node")):
            ports.demand_free(port, what)
        if not process.wait_until(lambda: ports.answers(self.epmd_port), 10):
            raise StackError(f"epmd does not listen on port {self.epmd_port}", self._epmd.log)
        self._server.start([PROGRAM], env=self._environment())

    def wait(self, timeout: float = 120) -> None:
        """Until the node answers AMQP.  Raises StackError when it dies or after ``timeout`` seconds."""
        if not process.wait_until(lambda: self._greets() or not self._server.pid(), timeout):
            raise StackError(f"RabbitMQ does not answer on port {self.port} after {timeout:.0f} s", self._server.log)
        if not self._server.pid():
            raise StackError("RabbitMQ ended while it started", self._server.log)

    def stop(self) -> bool:
        """True when there was something to stop."""
        # Erlang takes SIGTERM as an order to stop in good order; the shell around it would start a slow
        # rabbitmqctl for the same, so the signal goes to the virtual machine
        session = self._server.pid()
        for pid in process.session_members(session) if session else ():
            if any(part.endswith("/beam.smp") for part in process.command_line(pid)[:1]):
                process.end(pid, 30)
        stopped = self._server.stop(timeout=5)
        return self._epmd.stop(timeout=5) or stopped

    def control(self, *args: str) -> list[dict]:
        """rabbitmqctl of a node that answers; what it prints, as of JSON.  Raises StackError."""
        done = subprocess.run([PROGRAMS / "rabbitmqctl", "--formatter", "json", "--silent", *args], timeout=120,
                              capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              env={**os.environ, **self._environment()})
        if done.returncode:
            raise StackError(f"rabbitmqctl {args[0]} failed: {(done.stderr or done.stdout).strip()}", self._server.log)
        return json.loads(done.stdout or "[]")

    def add_vhost(self, name: str) -> None:
        self.control("add_vhost", name)
        self.control("set_permissions", "-p", name, USER, ".*", ".*", ".*")

    @property
    def _server(self):
        return process.Daemon("rabbitmq", self.run_dir, self.log_dir / "rabbitmq.log")

    @property
    def _epmd(self):
        return process.Daemon("epmd", self.run_dir, self.log_dir / "epmd.log")

    def _greets(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(b"AMQP\0\0\x09\x01")
                return connection.recv(1) == b"\x01"            # a method frame: Connection.Start
        except OSError:
            return False

    def _environment(self) -> dict[str, str]:
        self.directory.mkdir(parents=True, exist_ok=True)
        self.directory.chmod(0o700)
        config = self.directory / "rabbitmq.conf"
        # the user is made at the node's first start, which spares a call of rabbitmqctl
        config.write_text(f"default_user = {USER}\ndefault_pass = {self.password}\n"
                          f"listeners.tcp.1 = 127.0.0.1:{self.port}\n"
                          "disk_free_limit.absolute = 50MB\nlog.console = true\nlog.file = false\n")
        config.chmod(0o600)
        plugins = self.directory / "enabled_plugins"
        plugins.write_text("[].\n")
        return {
            "HOME": str(self.directory),                        # where the Erlang cookie is
            "RABBITMQ_NODENAME": "nova-lite@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self.erlang_port),
            "RABBITMQ_MNESIA_BASE": str(self.directory / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.log_dir),
            "RABBITMQ_CONFIG_FILE": str(config),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",              # /etc/rabbitmq is for the packaged node
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(plugins),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": ERLANG_ARGS,
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self.epmd_port),
        }
