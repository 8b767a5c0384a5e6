"""Whether services stay as they are over very many creates and deletes: memory, file descriptors, connections.

    python -m tools.bench.soak                                        # 100,000 servers, on MariaDB
    python -m tools.bench.soak --servers 5000 --database postgresql

Servers are made by requests of a thousand and deleted one by one; with none left, it looks at the processes.  What they
hold after the first tenth is what they are compared with.  Exit code 1 when something has grown over its limit.
"""
import argparse
import json
import pathlib
import sys

from tools.bench import cloud as clouds

BATCH = 1000            # servers of one request: as many as the API takes
GROWTH = {"memory": 10.0, "descriptors": 20, "connections": 20}         # MiB, and how many of all processes


def grown(before: dict[str, float], after: dict[str, float]) -> list[str]:
    """What has grown over its limit."""
    return [f"{name}: {before[name]:.5g} -> {after[name]:.5g}" for name, limit in GROWTH.items()
            if after[name] - before[name] > limit]


def measure(kind: str, servers: int) -> list[dict]:
    """What all processes hold, and the memory ``by_service``, by the number of ``servers`` that have come and gone."""
    found = []
    with clouds.running(kind) as cloud:
        load, gone = cloud.load(), 0
        while gone < servers:
            made, deleted = load.create_at_once(BATCH), load.delete(16)
            if made["active"] != BATCH or deleted["left"] or deleted["accepted"]["refused"]:
                raise RuntimeError(f"after {gone} servers: {made}, {deleted}")
            gone += BATCH
            found.append({"servers": gone, **cloud.meter.held(), "by_service": cloud.meter.memory_by_service()})
            print(_line(found[-1]), flush=True)
    return found


def _line(row: dict) -> str:
    services = ", ".join(f"{name} {memory:.1f}" for name, memory in row["by_service"].items())
    return (f"{row['servers']} servers: {row['descriptors']} descriptors, {row['connections']} connections, "
            f"{row['memory']:.1f} MiB ({services})")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.soak", description=__doc__.split("\n")[0])
    parser.add_argument("--servers", type=int, default=100_000, help="(default: %(default)s)")
    parser.add_argument("--database", choices=clouds.DATABASES, default=clouds.DEFAULT_DATABASE)
    parser.add_argument("--json", metavar="FILE", help="write the figures there")
    arguments = parser.parse_args()
    found = measure(arguments.database, arguments.servers)
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(found, indent=1))
    before, after = found[len(found) // 10], found[-1]
    print(f"{_line(before)}\n{_line(after)}")
    for line in (problems := grown(before, after)):
        print(f"has grown: {line}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
