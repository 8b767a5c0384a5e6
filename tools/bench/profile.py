"""Where each service spends its CPU time while a workload runs: py-spy looks at its stacks, a hundred times a second.

    python -m tools.bench.profile create                  # a table for each service
    python -m tools.bench.profile list --size large --directory /tmp/profile     # and the stacks, for flame graphs
"""
import argparse
import collections
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

from tools.bench import cloud as clouds
from tools.bench import workload

SERVICES = ("api", "conductor", "scheduler", "compute", "embedded")
LINES = 25
RATE = 100
LONGEST = 600           # seconds; the end of the workload comes first


def start(pid: int, path: pathlib.Path) -> subprocess.Popen:
    """Collapsed stacks of a process, with a count each, in ``path`` once the recorder is interrupted."""
    program = shutil.which("py-spy", path=str(pathlib.Path(sys.executable).parent))
    if program is None:
        sys.exit("py-spy is missing: pip install .[bench]")
    return subprocess.Popen([program, "record", "--pid", str(pid), "--format", "raw", "--output", path, "--rate",
                             str(RATE), "--duration", str(LONGEST), "--nonblocking"],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def table(text: str) -> str:
    """Functions by the share of samples that they, with what they call, are in; and by themselves."""
    whole, alone, total = collections.Counter(), collections.Counter(), 0
    for line in text.splitlines():
        stack, _, count = line.rpartition(" ")
        frames = [_function(frame) for frame in stack.split(";")]
        total += int(count)
        alone[frames[-1]] += int(count)
        whole.update(dict.fromkeys(frames, int(count)))
    lines = [f"{total} samples at work", f"{'with callees':>13} {'alone':>7}"]
    lines += [f"{100 * count / total:>12.1f}% {100 * alone[name] / total:>6.1f}%  {name}"
              for name, count in whole.most_common(LINES)] if total else []
    return "\n".join(lines)


def _function(frame: str) -> str:
    """Without the line's number."""
    name, _, where = frame.partition(" (")
    return f"{name} ({where.rpartition(':')[0] or where.rstrip(')')})"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.profile", description=__doc__.split("\n")[0])
    parser.add_argument("workload", choices=workload.names())
    parser.add_argument("--size", choices=(workload.BASE, workload.LARGE), default=workload.LARGE)
    parser.add_argument("--database", choices=clouds.DATABASES, default=clouds.DEFAULT_DATABASE)
    parser.add_argument("--directory", type=pathlib.Path, help="keep the stacks there (SERVICE-PID.txt)")
    arguments = parser.parse_args()
    chosen = workload.Workload.load(arguments.workload)
    with tempfile.TemporaryDirectory() as scratch, clouds.running(arguments.database) as cloud:
        directory = arguments.directory or pathlib.Path(scratch)
        directory.mkdir(parents=True, exist_ok=True)
        workload.run(cloud, chosen, workload.BASE)          # connections are made, caches are warm
        recorders = {directory / f"{service}-{pid}.txt": None for service in SERVICES
                     for pid in cloud.deployment.pids(service)}
        for path in recorders:
            recorders[path] = start(int(path.stem.rpartition("-")[2]), path)
        outcome = workload.run(cloud, chosen, arguments.size)
        for recorder in recorders.values():
            recorder.send_signal(signal.SIGINT)
        for path, recorder in recorders.items():
            recorder.wait(60)
            print(f"\n== {path.stem}\n{table(path.read_text())}")
    print(f"\n{workload.table([outcome]) if arguments.size == workload.BASE else ''}CPU seconds: {outcome.cost.cpu}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
