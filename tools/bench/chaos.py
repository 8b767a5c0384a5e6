"""Break a cloud of real processes again and again, under load, and tell what was lost, stuck, doubled or leaked.

    python -m tools.bench.chaos --rounds 30 --database mariadb
    python -m tools.bench.chaos --rounds 2 --faults broker-away,database-away --away 60
    python -m tools.bench.chaos --minutes 10 --faults kill,zombie --json result.json
    python -m tools.bench.chaos --driver libvirt --faults kill-place --rounds 20

It starts a deployment of its own, with a broker and a database server of its own, and ends them.  Exit code 1 when any
of lost, stuck, doubled and leaked is not 0, or an answer was wrong.
"""
import argparse
import collections
import contextlib
import json
import os
import pathlib
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator

from nova_lite.models.finding import KINDS
from tests.chaos import broker, database
from tests.chaos import cloud as clouds
from tests.chaos.faults import FAULTS, TWINS, left_out, needing
from tests.chaos.rounds import Round, play
from tools.guest import build
from tools.stack import virtualenv
from tools.stack.libvirt import LibvirtDaemons

WIDTH = max(map(len, FAULTS))


@contextlib.contextmanager
def _cloud(arguments):
    """As the arguments say, on servers of its own."""
    with contextlib.ExitStack() as stack:
        values = {"hosts": arguments.hosts, "away": arguments.away,
                  "twins": bool(set(arguments.faults) & set(needing(TWINS))),
                  "broker": stack.enter_context(broker.running())}
        if arguments.database in database.KINDS:
            values["database"] = stack.enter_context(database.running(arguments.database))
        if arguments.driver == "libvirt":
            values["image"] = build.build(virtualenv.CACHE)
            directory = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
            daemons = LibvirtDaemons(directory / "run", directory / "log")
            stack.callback(daemons.stop)
            daemons.start()
        yield stack.enter_context(clouds.running(**values))


def _draws(faults: list[str], rng: random.Random) -> Iterator[str]:
    """Without end; each fault once before any comes again."""
    while True:
        yield from rng.sample(faults, len(faults))


def _play_all(cloud, arguments, rng) -> list[Round]:
    rounds: list[Round] = []
    until = time.monotonic() + 60 * arguments.minutes if arguments.minutes else float("inf")
    for fault in _draws(arguments.faults, rng):
        played = play(cloud, fault, rng, arguments.rate)
        rounds.append(played)
        print(f"{len(rounds):4d} {fault:<{WIDTH}} {played.hits:3d} hit, {played.counts.rate:5.1f} requests/s, at rest "
              f"after {played.seconds:4.1f} s", *played.findings, *played.counts.wrong, *faults(played), sep="\n     ",
              flush=True)
        if played.findings:
            print(cloud.deployment.logs(), file=sys.stderr)
            break                   # what is wrong now would be found again after each further round
        if len(rounds) == arguments.rounds or time.monotonic() > until:
            break
    return rounds


def faults(played: Round) -> Iterator[str]:
    """A line for each thing that servers' faults say, whichever server or host it was."""
    texts = collections.Counter(re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "UUID", text) for text in played.failed.values())
    for text, count in texts.most_common():
        yield f"{count} in ERROR: {text}"


def table(rounds: list[Round]) -> str:
    """A line a fault: rounds, hits, lost, stuck, doubled, leaked, builds in ERROR, median and most seconds to rest."""
    lines = [f"{'fault':<{WIDTH}} {'rounds':>6} {'hits':>5} {'lost':>5} {'stuck':>6} {'doubled':>8} {'leaked':>7} "
             f"{'in ERROR':>9} {'seconds to rest (median, most)':>31}"]
    names = list(dict.fromkeys(played.fault for played in rounds))
    for name, some in [*((name, [p for p in rounds if p.fault == name]) for name in names), ("all", rounds)]:
        sums = {kind: sum(played.columns()[kind] for played in some) for kind in KINDS}
        seconds, failed = [played.seconds for played in some] or [0.0], sum(len(played.failed) for played in some)
        lines.append(f"{name:<{WIDTH}} {len(some):>6} {sum(p.hits for p in some):>5} {sums['lost']:>5} "
                     f"{sums['stuck']:>6} {sums['doubled']:>8} {sums['leaked']:>7} {failed:>9} "
                     f"{statistics.median(seconds):>24.1f} {max(seconds):>6.1f}")
    return "\n".join(lines)


def answers(rounds: list[Round]) -> str:
    """One line."""
    sums = {name: sum(getattr(played.counts, name) for played in rounds)
            for name in ("accepted", "refused", "failed", "unanswered")}
    wrong = sum(len(played.counts.wrong) for played in rounds)
    return (f"{sum(sums.values())} requests: {sums['accepted']} accepted, {sums['refused']} refused (4xx), "
            f"{sums['failed']} answered 5xx, {sums['unanswered']} not answered; {wrong} answers were wrong")


def _write_json(path, arguments, rounds, created):
    told = [{"fault": played.fault, "hits": played.hits, "seconds": played.seconds, **played.columns(),
             "failed": played.failed, "requests": vars(played.counts),
             "findings": [finding.to_dict() for finding in played.findings]} for played in rounds]
    with open(path, "w") as out:
        json.dump({"database": arguments.database, "driver": arguments.driver, "seed": arguments.seed,
                   "hosts": arguments.hosts, "creates": created, "rounds": told}, out, indent=1)


def _arguments():
    parser = argparse.ArgumentParser(prog="python -m tools.bench.chaos", description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=0, help="how many (default: 10, or as many as --minutes has)")
    parser.add_argument("--minutes", type=float, default=0, help="begin no round after so many")
    parser.add_argument("--database", choices=["sqlite", *database.KINDS], default="sqlite" if os.geteuid() else
                        "mariadb", help="(a server needs root)")
    parser.add_argument("--faults", help="some of: " + ", ".join(FAULTS) + " (default: all that can be had; with real "
                        "guests kill-place)")
    parser.add_argument("--away", type=float, default=clouds.AWAY, metavar="SECONDS",
                        help="how long a broker or a database is away and a wire is cut (default: %(default)s)")
    parser.add_argument("--driver", choices=["fake", "libvirt"], default="fake",
                        help="libvirt: one host with real guests (needs root)")
    parser.add_argument("--hosts", type=int, default=3, help="fake compute hosts")
    parser.add_argument("--rate", type=float, help="requests a second, as far as the machine carries them (default: "
                        "20, none with real guests)")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--json", metavar="FILE", help="write the rounds there")
    arguments = parser.parse_args()
    arguments.faults = _chosen(parser, arguments)
    if arguments.rate is None:
        arguments.rate = 0 if arguments.driver == "libvirt" else 20
    if not arguments.rounds and not arguments.minutes:
        arguments.rounds = 10
    return arguments


def _chosen(parser, arguments) -> list[str]:
    lacking = left_out(arguments.database)
    if arguments.faults is None and arguments.driver == "libvirt":
        return ["kill-place"]
    if arguments.faults is None:
        for name, reason in lacking.items():
            print(f"left out: {name} ({reason})")
        return [name for name in FAULTS if name not in lacking]
    names = arguments.faults.split(",")
    for name in names:
        if name not in FAULTS or name in lacking:
            parser.error(f"--faults: {name}: {lacking.get(name, 'unknown')}")
    return names


def main() -> int:
    arguments = _arguments()
    rng = random.Random(arguments.seed)
    print(f"seed {arguments.seed}, {arguments.database}, driver {arguments.driver}", flush=True)
    with _cloud(arguments) as cloud:
        rounds = _play_all(cloud, arguments, rng)
        created = len(cloud.ledger.created)
    print(f"\n{table(rounds)}\n\n{answers(rounds)}\n"
          f"{created} creates were accepted, {sum(len(p.failed) for p in rounds)} of them ended in ERROR with a fault")
    if arguments.json:
        _write_json(arguments.json, arguments, rounds, created)
    return 1 if any(played.findings or played.counts.wrong for played in rounds) else 0


if __name__ == "__main__":
    sys.exit(main())
