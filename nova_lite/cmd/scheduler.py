"""nova-lite-scheduler: one scheduler process."""
from nova_lite.cmd import service, wiring


def main() -> None:
    prog = "nova-lite-scheduler"
    service.load(prog)
    with service.clear_errors(prog):
        service.check_database()
        service.check_broker()
        wiring.run_scheduler(service.until_signalled())
