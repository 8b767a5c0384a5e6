"""nova-lite-scheduler: one scheduler process."""
from nova_lite.cmd import service, wiring


def main() -> None:
    service.load("nova-lite-scheduler")
    try:
        service.check_database()
        service.check_broker()
    except Exception as error:
        service.fatal("nova-lite-scheduler", error)
    wiring.run_scheduler(service.until_signalled())
