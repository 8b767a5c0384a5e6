"""nova-lite-conductor: one conductor process."""
from nova_lite.cmd import service, wiring


def main() -> None:
    prog = "nova-lite-conductor"
    service.load(prog)
    with service.clear_errors(prog):
        service.check_database()
        service.check_broker()
        wiring.run_conductor(service.until_signalled())
