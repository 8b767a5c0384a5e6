"""Where a deployment's services tell of their health and count what they do."""
import contextlib
import random
import re
import socket
import urllib.request

OFFSETS = {"api": 0, "conductor": 1, "scheduler": 2, "embedded": 4, "consoleproxy": 5,
           "compute": 6}                                            # nova_lite.cmd.observer.NAMES


def free_row(count: int) -> int:
    """The first of so many ports in a row that are free, below those that outgoing connections take."""
    while True:
        base = random.randrange(20000, 32000)
        with contextlib.ExitStack() as held, contextlib.suppress(OSError):
            for port in range(base, base + count):
                held.enter_context(socket.create_server(("127.0.0.1", port)))
            return base


class Observers:
    """The ports of a deployment of ``hosts`` compute services: ``options`` for its configuration."""

    def __init__(self, hosts: int = 1):
        base = free_row(OFFSETS["compute"] + hosts)
        self.options = f"[observability]\nport_base = {base}\n"
        self.urls = {name: f"http://127.0.0.1:{base + offset}" for name, offset in OFFSETS.items()}
        self.computes = [f"http://127.0.0.1:{base + OFFSETS['compute'] + host}" for host in range(hosts)]

    def metric(self, where: str, name: str, **labels: str) -> float:
        """The sum of a metric's samples that have these labels, of one service (``compute``: of the first)."""
        return total(self.of(where), name, **labels)

    def of(self, where: str) -> str:
        return scrape(self.urls[where])

    def everywhere(self) -> str:
        """What all services count, but a console proxy: there is none where there are no consoles."""
        urls = dict.fromkeys([*(url for name, url in self.urls.items() if name != "consoleproxy"), *self.computes])
        return "".join(map(scrape, urls))


def scrape(url: str) -> str:
    with urllib.request.urlopen(url + "/metrics", timeout=10) as answer:
        return answer.read().decode()


def total(text: str, name: str, **labels: str) -> float:
    """The sum of the samples of ``name`` that have these labels."""
    found = 0.0
    for line in re.findall(rf"^{name}(?:{{.*}})? .*$", text, re.MULTILINE):
        if all(f'{key}="{value}"' in line for key, value in labels.items()):
            found += float(line.rsplit(" ", 1)[1])
    return found
