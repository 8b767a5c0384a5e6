"""Break a cloud of real processes again and again, under load, and tell what was lost, stuck, doubled or leaked.

    python -m tools.bench.chaos --rounds 30 --database mariadb
    python -m tools.bench.chaos --minutes 10 --faults kill,zombie --json result.json

It starts a deployment of its own, on the broker and databases that the environment names (as for the tests), or on
some that it starts and ends itself.  Exit code 1 when any column but the last is not 0.
"""
import argparse
import contextlib
import json
import os
import random
import statistics
import sys
import time

from tests.chaos import cloud as clouds
from tests.chaos.faults import FAULTS
from tests.chaos.rounds import Round, failed_builds, play
from tests.integration.databases import DATABASES
from tools.stack.progress import Progress
from tools.testrun import services

DEFAULT_FAULTS = tuple(FAULTS)


@contextlib.contextmanager
def _services():
    """Broker and databases, those of the environment or our own."""
    if os.environ.get("NOVA_LITE_TEST_RABBIT_URL"):
        yield
        return
    with services.running(Progress()) as environment:
        os.environ.update(environment)
        yield


def _play_all(cloud, arguments, rng) -> list[Round]:
    rounds: list[Round] = []
    until = time.monotonic() + 60 * arguments.minutes if arguments.minutes else float("inf")
    while len(rounds) < (arguments.rounds or float("inf")) and time.monotonic() < until:
        fault = rng.choice(arguments.faults)
        played = play(cloud, fault, rng, arguments.rate)
        rounds.append(played)
        print(f"{len(rounds):4d} {fault:<12} {played.hits:3d} hit, {played.counts.rate:5.1f} requests/s, "
              f"at rest after {played.seconds:4.1f} s", *played.findings, sep="\n     ", flush=True)
        if played.findings:
            print(cloud.deployment.logs(), file=sys.stderr)
            break                   # what is wrong now would be found again after each further round
    return rounds


def table(rounds: list[Round]) -> str:
    """A line a fault: rounds, processes hit, lost, stuck, doubled, leaked, median and most seconds to rest."""
    lines = [f"{'fault':<12} {'rounds':>6} {'hits':>5} {'lost':>5} {'stuck':>6} {'doubled':>8} {'leaked':>7} "
             f"{'seconds to rest (median, most)':>31}"]
    names = list(dict.fromkeys(played.fault for played in rounds))
    for name, some in [*((name, [p for p in rounds if p.fault == name]) for name in names), ("all", rounds)]:
        sums = {kind: sum(played.columns()[kind] for played in some) for kind in ("lost", "stuck", "doubled", "leaked")}
        seconds = [played.seconds for played in some] or [0.0]
        lines.append(f"{name:<12} {len(some):>6} {sum(p.hits for p in some):>5} {sums['lost']:>5} {sums['stuck']:>6} "
                     f"{sums['doubled']:>8} {sums['leaked']:>7} {statistics.median(seconds):>24.1f} "
                     f"{max(seconds):>6.1f}")
    return "\n".join(lines)


def _write_json(path, arguments, rounds, created, failed):
    with open(path, "w") as out:
        json.dump({"database": arguments.database, "seed": arguments.seed, "hosts": arguments.hosts,
                   "creates": created, "failed_builds": len(failed), "rounds": [
                       {"fault": p.fault, "hits": p.hits, "seconds": p.seconds, **p.columns(),
                        "requests": vars(p.counts), "findings": [f.to_dict() for f in p.findings]} for p in rounds]},
                  out, indent=1)


def _arguments():
    parser = argparse.ArgumentParser(prog="python -m tools.bench.chaos", description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=0, help="how many (default: 10, or as many as --minutes has)")
    parser.add_argument("--minutes", type=float, default=0, help="begin no round after so many")
    parser.add_argument("--database", choices=list(DATABASES), default="mariadb")
    parser.add_argument("--faults", default=",".join(DEFAULT_FAULTS), help="of: " + ", ".join(FAULTS))
    parser.add_argument("--hosts", type=int, default=3, help="fake compute hosts")
    parser.add_argument("--rate", type=float, default=20, help="requests a second, as far as the machine carries them")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--json", metavar="FILE", help="write the rounds there")
    arguments = parser.parse_args()
    arguments.faults = arguments.faults.split(",")
    if unknown := set(arguments.faults) - FAULTS.keys():
        parser.error(f"--faults: unknown: {', '.join(sorted(unknown))}")
    if not arguments.rounds and not arguments.minutes:
        arguments.rounds = 10
    return arguments


def main() -> int:
    arguments = _arguments()
    rng = random.Random(arguments.seed)
    print(f"seed {arguments.seed}, {arguments.database}, {arguments.hosts} hosts", flush=True)
    with _services(), clouds.running(os.environ.get(DATABASES[arguments.database] or ""), hosts=arguments.hosts,
                                     twins="zombie" in arguments.faults) as cloud:
        rounds = _play_all(cloud, arguments, rng)
        created, failed = len(cloud.ledger.created), failed_builds(cloud)
    print(f"\n{table(rounds)}\n\n{created} creates were accepted, {len(failed)} of them ended in ERROR with a fault")
    if arguments.json:
        _write_json(arguments.json, arguments, rounds, created, failed)
    return 1 if any(played.findings for played in rounds) else 0


if __name__ == "__main__":
    sys.exit(main())
