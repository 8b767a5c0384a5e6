"""Command line of run_tests.sh."""
import argparse
import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

from tools.stack import bootstrap, packages, process, progress, virtualenv
from tools.stack.errors import StackError
from tools.testrun import layers, lint, results, services


def main() -> int:
    parser = argparse.ArgumentParser(prog="run_tests.sh", description="Install what tests need, start real services "
                                     "where a layer needs them, run the layers (all without arguments), sum up.")
    parser.add_argument("layers", nargs="*", metavar="layer", help=", ".join(layers.NAMES))
    parser.add_argument("-k", "--select", metavar="EXPRESSION", help="run only tests that match (pytest's -k; of "
                        "tempest a regular expression)")
    parser.add_argument("--all", action="store_true", help="of tempest: all of tempest.api.compute, with what fails")
    parser.add_argument("--guests", action="store_true", help="of tempest: real guests, which it signs in to, and what "
                        "asks something of them")
    options = parser.parse_args()
    if unknown := set(options.layers) - set(layers.NAMES):
        parser.error(f"no such layer: {', '.join(sorted(unknown))}; there are {', '.join(layers.NAMES)}")
    # leave through the finally blocks, which end the services
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    chosen = layers.chosen(options.layers)
    try:
        if not bootstrap.inside():
            _install(chosen)
        outcome = _run(chosen, options)
    except StackError as exc:
        progress.report(exc)
        return 1
    print(results.report(outcome), results.table(outcome), sep="\n", flush=True)
    return 0 if all(result.good for result in outcome) else 1


def _install(chosen):
    """Goes on in the virtual environment: does not return."""
    steps = progress.Progress()
    logs = pathlib.Path(tempfile.gettempdir(), f"nova-lite-tests-{os.getuid()}")
    names = packages.for_tests() if any(layer.services for layer in chosen) else ()
    bootstrap.install(steps, names, virtualenv.TEST_EXTRAS, logs)
    bootstrap.become_second_half("tools.testrun", sys.argv[1:], steps)


def _run(chosen, options) -> list[results.Result]:
    steps = progress.Progress()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("OS_", "NOVA_LITE_"))}
    outcome = []
    with contextlib.ExitStack() as stack:
        started = False
        for layer in chosen:
            if layer.services and not started:
                environment.update(stack.enter_context(services.running(steps)))
                started = True
            print(f"\n== {layer.name}", flush=True)
            outcome.append(lint.run(environment) if layer is layers.LINT else _tests(layer, environment, options))
        print("", flush=True)
    return outcome


def _arguments(layer, options, junit) -> list[str]:
    if layer is layers.TEMPEST:
        found = [f"--junit={junit}", *(["--all"] if options.all else []),
                 *(["--guests"] if options.guests else [])]
    else:
        found = [str(layer.path), f"--junitxml={junit}", "-rs"]
        if layer.distribution:
            found += [f"--numprocesses={len(services.WORKERS)}", f"--dist={layer.distribution}"]
    return [*found, *(["-k", options.select] if options.select else [])]


def _tests(layer, environment, options) -> results.Result:
    with tempfile.TemporaryDirectory() as scratch:
        junit = pathlib.Path(scratch, "junit.xml")
        command = [str(virtualenv.program("python")), "-m", layer.module, *_arguments(layer, options, junit)]
        long = layer is layers.TEMPEST and (options.all or options.guests)
        time_limit = layers.LONG_TEMPEST_LIMIT if long else layer.time_limit
        began = time.monotonic()
        # a session of its own, so that whatever tests leave running can be found and ended
        child = subprocess.Popen(command, cwd=virtualenv.CHECKOUT, env=environment, stdin=subprocess.DEVNULL,
                                 start_new_session=True)
        try:
            code = child.wait(time_limit)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            # what tests have started is in sessions of its own; what has lost its parent is in pytest's, or was ended
            for pid in (*process.descendants(child.pid), *process.session_members(child.pid)):
                process.end(pid, 5)
            child.wait()
        return results.from_junit(layer.name, junit, code, time.monotonic() - began)


if __name__ == "__main__":
    sys.exit(main())
