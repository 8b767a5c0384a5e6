"""Measure a Nova endpoint: servers made, listed, shown and deleted, at several concurrencies.

    python -m tools.bench.load --os-cloud nova-lite-admin --image lite-guest --flavor m1.tiny
    python -m tools.bench.load --os-cloud other-nova --image cirros --flavor m1.nano --count 200 --concurrency 1,8,16,64

Any Nova will do.  The servers have no network unless ``--network`` says which.  It deletes what it has made.
"""
import argparse
import json
import sys
import time
import uuid

import openstack

from tools.bench import latency, plot
from tools.bench.endpoint import Endpoint
from tools.bench.latency import Latencies

PAGE = 1000
POLL = 0.05             # least seconds between looks at what the servers are
SHARE = 9               # a look is followed by so many times its own time of rest: looking is a tenth of the load
DEADLINE = 300          # seconds for servers to be made, or gone
READ_LIMIT = 20         # seconds of one measure of reads


class Load:
    """Servers of one kind, made and deleted at one endpoint, by a name of their own."""

    def __init__(self, endpoint: Endpoint, *, image: str, flavor: str, networks="none"):
        """``networks``: "none", "auto", or the list of a request."""
        self.endpoint, self.ids = endpoint, []
        self._server = {"imageRef": image, "flavorRef": flavor, "networks": networks}
        self._prefix = f"bench-{uuid.uuid4().hex[:8]}-"

    # -- writes ------------------------------------------------------------------------------------
    def create(self, count: int, concurrency: int) -> dict:
        """``count`` requests of a server each; until all are ACTIVE or in ERROR."""
        began = time.perf_counter()
        accepted = latency.measure(self._create, range(count), concurrency)
        return {"accepted": accepted.to_dict(), **self._made(began, len(accepted.seconds))}

    def create_paced(self, count: int, rate: float) -> dict:
        """``count`` requests of a server each, ``rate`` a second; until all are ACTIVE or in ERROR."""
        began = time.perf_counter()
        accepted = latency.paced(self._create, range(count), rate)
        return {"accepted": accepted.to_dict(), **self._made(began, len(accepted.seconds))}

    def create_at_once(self, count: int) -> dict:
        """One request of ``count`` servers."""
        began = time.perf_counter()
        accepted = latency.measure(lambda _: self._create("all", min_count=count, max_count=count), [None], 1)
        return {"accepted": accepted.to_dict(), **self._made(began, count if accepted.seconds else 0)}

    def create_alone(self, count: int) -> dict:
        """One server after the other, each until a GET shows it ACTIVE: the time of an idle cloud."""
        def one(number):
            began = time.perf_counter()
            self._create(number)
            while self.endpoint.request("GET", f"/servers/{self.ids[-1]}").body["server"]["status"] == "BUILD":
                time.sleep(0.002)
            return time.perf_counter() - began
        return {"until_active": latency.measure(one, range(count), 1).to_dict()}

    def delete(self, concurrency: int) -> dict:
        """All of them; until none is listed."""
        began, count = time.perf_counter(), len(self.ids)
        accepted = latency.measure(lambda server: self.endpoint.request("DELETE", f"/servers/{server}").seconds,
                                   self.ids, concurrency)
        left = self._wait(lambda: not self._count())
        seconds = time.perf_counter() - began
        self.ids = []
        return {"accepted": accepted.to_dict(), "seconds": round(seconds, 3), "left": left and self._count(),
                "servers_per_second": round(count / seconds, 2)}

    def _create(self, name, **counts) -> float:
        answer = self.endpoint.request("POST", "/servers", {"server": {
            "name": f"{self._prefix}{name}", **self._server, **counts}})
        self.ids.append(answer.body["server"]["id"])
        return answer.seconds

    def _made(self, began: float, accepted: int) -> dict:
        self._wait(lambda: not self._count(status="BUILD"))
        seconds = time.perf_counter() - began
        self.ids = self._listed()
        active = len(self._listed(status="ACTIVE"))
        return {"seconds": round(seconds, 3), "active": active, "error": len(self._listed(status="ERROR")),
                "lost": accepted - len(self.ids), "servers_per_second": round(active / seconds, 2)}

    def _wait(self, done) -> bool:
        """Whether the deadline came first."""
        until = time.monotonic() + DEADLINE
        while True:
            began = time.perf_counter()
            if done():
                return False
            if time.monotonic() > until:
                return True
            time.sleep(max(POLL, SHARE * (time.perf_counter() - began)))

    def _count(self, **filters: str) -> int:
        """1 for any number: it asks for one server only."""
        return len(self._page("&limit=1", filters))

    def _listed(self, **filters: str) -> list[str]:
        found: list[str] = []
        while page := self._page(f"&limit={PAGE}" + (f"&marker={found[-1]}" if found else ""), filters):
            found += [server["id"] for server in page]
        return found

    def _page(self, paging, filters):
        query = "".join(f"&{key}={value}" for key, value in filters.items())
        return self.endpoint.request("GET", f"/servers?name={self._prefix}{query}{paging}").body["servers"]

    # -- reads -------------------------------------------------------------------------------------
    def show(self, count: int, concurrency: int) -> dict:
        paths = [f"/servers/{self.ids[number % len(self.ids)]}" for number in range(count)]
        return self.read(paths, concurrency).to_dict()

    def list_in_detail(self, count: int, concurrency: int, query: str = "") -> dict:
        return self.read([f"/servers/detail?limit={PAGE}{query}"] * count, concurrency).to_dict()

    def read(self, paths: list[str], concurrency: int) -> Latencies:
        return latency.measure(lambda path: self.endpoint.request("GET", path).seconds, paths, concurrency, READ_LIMIT)


def measure_all(load: Load, count: int, reads: int, concurrencies: list[int]) -> dict:
    """{measure: {concurrency: figures}}; ``reads``: lists of each, five times as many shows."""
    found = {"alone": {1: load.create_alone(min(count, 20))}, "create": {}, "list": {}, "show": {}, "delete": {}}
    try:
        for concurrency in concurrencies:
            load.ids and load.delete(concurrency)
            found["create"][concurrency] = load.create(count, concurrency)
            found["list"][concurrency] = load.list_in_detail(reads, concurrency)
            found["show"][concurrency] = load.show(5 * reads, concurrency)
            found["delete"][concurrency] = load.delete(concurrency)
        found["at_once"] = {1: load.create_at_once(count)}
    finally:
        load.ids and load.delete(8)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.load", description=__doc__.split("\n")[0])
    parser.add_argument("--os-cloud", required=True, help="its name in clouds.yaml")
    parser.add_argument("--image", required=True, help="name or id")
    parser.add_argument("--flavor", required=True, help="name or id")
    parser.add_argument("--network", help="name or id; none without")
    parser.add_argument("--count", type=int, default=50, help="servers of one measure (default: %(default)s)")
    parser.add_argument("--reads", type=int, default=40, help="lists of one measure (default: %(default)s)")
    parser.add_argument("--concurrency", default="1,8,16,64", help="(default: %(default)s)")
    parser.add_argument("--json", metavar="FILE", help="write the figures there")
    parser.add_argument("--plot", metavar="FILE", help="draw them there, as PNG")
    arguments = parser.parse_args()
    cloud = openstack.connect(cloud=arguments.os_cloud)
    load = Load(Endpoint.of_cloud(cloud=arguments.os_cloud),
                image=cloud.image.find_image(arguments.image, ignore_missing=False).id,
                flavor=cloud.compute.find_flavor(arguments.flavor, ignore_missing=False).id,
                networks=[{"uuid": cloud.network.find_network(arguments.network, ignore_missing=False).id}]
                if arguments.network else "none")
    found = measure_all(load, arguments.count, arguments.reads, [int(c) for c in arguments.concurrency.split(",")])
    print(json.dumps(found, indent=1))
    if arguments.json:
        with open(arguments.json, "w") as out:
            json.dump(found, out, indent=1)
    if arguments.plot:
        plot.load(found, arguments.plot)
    return 0


if __name__ == "__main__":
    sys.exit(main())
