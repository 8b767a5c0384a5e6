"""Run tempest.api.compute, or the part of it that CI runs, against a deployment, and sum up."""
import argparse
import contextlib
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

import tempest

from tests.tempest import cloud, kinds, outcome, selection

PACKAGE = pathlib.Path(tempest.__file__).parent
STESTR = pathlib.Path(sys.executable).with_name("stestr")
# A class in one process.  The folder, not tempest's discovery of everything: each worker reads what it finds.
STESTR_CONF = f"""[DEFAULT]
test_path={PACKAGE / "api/compute"}
top_dir={PACKAGE.parent}
group_regex=([^\\.]*\\.)*
"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.tempest", description=__doc__)
    parser.add_argument("--all", action="store_true", help="all of tempest.api.compute, also what fails or is slow")
    parser.add_argument("--guests", action="store_true", help="with real guests, which tempest signs in to: the part "
                        "that asks something of them, or all")
    parser.add_argument("-k", "--select", metavar="REGEX", default="", help="only tests whose names it is found in")
    parser.add_argument("--in-one-process", action="store_true", help="an all-in-one cloud, which needs no services")
    parser.add_argument("--workers", type=int, default=2, help="processes of tempest")
    parser.add_argument("--junit", type=pathlib.Path, help="write the results there")
    parser.add_argument("--keep", type=pathlib.Path, help="copy the logs of tempest and the services there")
    options = parser.parse_args()
    if options.guests and options.in_one_process:
        parser.error("real guests need a deployment of real services")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))          # through the block's end, which ends the services
    names, results, audit = _run(kinds.REAL if options.guests else kinds.FAKE, chosen, options, options.keep)
    if _few_with_guests(names, options):
        more = _run(kinds.REAL, _few_with_guests, options, options.keep and options.keep / "guests")
        results, audit = [*results, *more[1]], audit + more[2]
    if options.junit:
        outcome.junit(results).write(options.junit)
    print(outcome.summary(results), flush=True)
    if options.all:
        print(_compared(results, _failing(options)), flush=True)
    if audit:
        print(f"the audit after it:\n{audit}", flush=True)
    return 1 if audit or any(result.verdict == "failed" for result in results) else 0


def _run(kind: kinds.Kind, choose, options, keep: pathlib.Path | None):
    """The names of all tests, results of those that ``choose(names, options)`` gives, and what an audit says then."""
    make = cloud.in_this_process if options.in_one_process else cloud.deployed
    with make(kind) as target, tempfile.TemporaryDirectory(prefix="nova-lite-tempest-") as scratch:
        workspace = Workspace(pathlib.Path(scratch), cloud.write_configuration(target, pathlib.Path(scratch)))
        all_names = workspace.tests()
        names = choose(all_names, options)
        results = outcome.complete(workspace.run(names, options.workers), names)
        if keep:
            _keep(keep, pathlib.Path(scratch), target.directory / "log")
        return all_names, results, target.audit()


def _few_with_guests(names: list[str], options) -> list[str]:
    """What is run with real guests beside the part with fake ones."""
    if options.guests or options.all or options.in_one_process:
        return []
    few, wanted = selection.read(selection.GUESTS_IN_CI), re.compile(options.select)
    return [name for name in names if wanted.search(name) and selection.reason(few, name)]


def chosen(names: list[str], options) -> list[str]:
    """Those that the command line (``all``, ``guests``, ``select``) means."""
    wanted = re.compile(options.select)
    names = [name for name in names if wanted.search(name)]
    if options.all:
        return names
    left_out = selection.read(_failing(options))
    if options.guests:
        asking = selection.read(selection.GUESTS)
        names = [name for name in names if selection.reason(asking, name)]
    else:
        left_out += selection.read(selection.NOT_IN_CI)
    return [name for name in names if selection.reason(left_out, name) is None]


def _failing(options) -> pathlib.Path:
    """The list of what is known to fail."""
    return selection.NOT_WITH_GUESTS if options.guests else selection.NOT_YET


def _compared(results, failing: pathlib.Path) -> str:
    """How that compares with what Nova passes and with what is known to fail."""
    bar, known = selection.names(selection.NOVA_PASSES), selection.read(failing)
    passed = {result.name for result in results if result.verdict == "passed"}
    of_bar = {result.name for result in results} & bar
    lines = [f"Nova passes {len(of_bar)} of them, {len(of_bar & passed)} of which passed; not so:"]
    lines += [f"  {name} ({selection.reason(known, name) or 'no known reason'})" for name in sorted(of_bar - passed)]
    lines += [f"passed, but {failing.name} has it: {name}" for name in sorted(passed)
              if selection.reason(known, name)]
    return "\n".join(lines)


def _keep(target: pathlib.Path, *sources: pathlib.Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for path in (path for source in sources for path in source.glob("*.log")):
        (target / path.name).write_bytes(path.read_bytes())


class Workspace:
    """A directory in which stestr runs tempest's tests."""

    def __init__(self, directory: pathlib.Path, configuration: pathlib.Path):
        self.directory = directory
        (directory / ".stestr.conf").write_text(STESTR_CONF)
        # a proxy would be asked for the loopback address
        self._environment = {**{name: value for name, value in os.environ.items() if "proxy" not in name.lower()},
                             "TEMPEST_CONFIG_DIR": str(configuration.parent), "TEMPEST_CONFIG": configuration.name,
                             "PYTHON": sys.executable, "TESTR_PDB": ""}
        self._names: dict[str, str] = {}

    def tests(self) -> list[str]:
        """Names, without ids, of all that there are."""
        subprocess.run([STESTR, "init"], cwd=self.directory, env=self._environment, check=True,
                       stdin=subprocess.DEVNULL)
        done = subprocess.run([STESTR, "list"], cwd=self.directory, env=self._environment, check=True, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        self._names = {outcome.bare(line): line for line in done.stdout.splitlines() if line.startswith("tempest.")}
        return list(self._names)

    def run(self, names: list[str], workers: int) -> list[outcome.Result]:
        """What became of the tests and of their classes; failures are told as they come."""
        load_list = self.directory / "tests"
        load_list.write_text("\n".join(self._names[name] for name in names) + "\n")
        command = [STESTR, "run", "--subunit", "--concurrency", str(workers), "--load-list", load_list]
        progress = Progress(len(names))
        with open(self.directory / "stestr.log", "wb") as log, \
                subprocess.Popen(command, cwd=self.directory, env=self._environment, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=log) as child:
            with contextlib.closing(child.stdout):
                return outcome.read(child.stdout, progress.tell)


class Progress:
    """Tells of each failure, and how far a run is, now and then."""

    EVERY = 25

    def __init__(self, total: int):
        self._total, self._done = total, 0

    def tell(self, result: outcome.Result) -> None:
        self._done += 1
        if result.verdict == "failed":
            print(f"failed: {result.name}: {result.reason}", flush=True)
        if self._done % self.EVERY == 0:
            print(f"{self._done} of {self._total}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
