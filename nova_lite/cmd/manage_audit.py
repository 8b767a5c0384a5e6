"""nova-lite-manage audit and heal: look for what the promises forbid; take it away."""
from nova_lite import audit, heal, network
from nova_lite.context import admin_context


def register(subparsers) -> None:
    found = subparsers.add_parser("audit", help="print what must not be (nothing: all is well); exit code 1 if any")
    found.add_argument("--at-rest", action="store_true", help="nothing was asked for lately: an open order, too, must "
                                                               "not be, nor a host that is down")
    found.set_defaults(handler=_audit, database=True)
    healing = subparsers.add_parser("heal", help="take away what the audit finds, as far as that is safe")
    healing.add_argument("--dry-run", action="store_true", help="only say what would be done")
    healing.set_defaults(handler=_heal, database=True, at_rest=False)


def _audit(args) -> int:
    findings = audit.audit(network.connect(), admin_context(), at_rest=args.at_rest)
    for line in findings:
        print(line)
    return 1 if findings else 0


def _heal(args) -> int:
    for line in heal.heal(network.connect(), admin_context(), dry_run=args.dry_run):
        print(line)
    return _audit(args)
