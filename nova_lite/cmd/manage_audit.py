"""nova-lite-manage audit and heal: look for what the promises forbid; take it away."""
import json
import time

from nova_lite import audit, heal, network
from nova_lite.context import admin_context

_LOOK = 1.0                             # seconds between looks while waiting


def register(subparsers) -> None:
    found = subparsers.add_parser("audit", help="print what must not be (nothing: all is well); exit code 1 if any")
    found.add_argument("--at-rest", action="store_true", help="nothing was asked for lately: an open order, too, must "
                                                               "not be, nor a host that is down")
    found.add_argument("--wait", type=float, default=0, metavar="SECONDS",
                       help="look again for so long: work that goes on may look wrong for its moment")
    found.set_defaults(handler=_audit, database=True)
    healing = subparsers.add_parser("heal", help="take away what the audit finds, as far as that is safe; exit code 1 "
                                                 "if something is left")
    healing.add_argument("--dry-run", action="store_true", help="only say what would be done")
    healing.set_defaults(handler=_heal, database=True, at_rest=False, wait=0)
    for parser in (found, healing):
        parser.add_argument("-f", "--format", choices=("text", "json"), default="text",
                            help="json: one object with lists of lines, findings and (of heal) repairs")


def _findings(args) -> list[str]:
    until = time.monotonic() + args.wait
    while True:
        findings = audit.audit(network.connect(), admin_context(), at_rest=args.at_rest)
        if not findings or time.monotonic() >= until:
            return findings
        time.sleep(_LOOK)


def _audit(args) -> int:
    findings = _findings(args)
    if args.format == "json":
        print(json.dumps({"findings": findings}))
    else:
        print(*findings, sep="\n", end="\n" if findings else "")
    return 1 if findings else 0


def _heal(args) -> int:
    repairs = []
    for line in heal.heal(network.connect(), admin_context(), dry_run=args.dry_run):
        repairs.append(line)
        if args.format == "text":
            print(line, flush=True)                 # as it is done: it may take its time
    if args.format == "text":
        return _audit(args)
    findings = _findings(args)
    print(json.dumps({"repairs": repairs, "findings": findings}))
    return 1 if findings else 0
