"""nova-lite-conductor: one conductor process."""
from nova_lite.cmd import service, wiring


def main() -> None:
    service.load("nova-lite-conductor")
    try:
        service.check_database()
        service.check_broker()
    except Exception as error:
        service.fatal("nova-lite-conductor", error)
    wiring.run_conductor(service.until_signalled())
