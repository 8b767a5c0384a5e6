"""nova-lite-api: the compute REST API, one worker (the supervisor runs several)."""
from nova_lite.cmd import service, wiring


def main() -> None:
    service.load("nova-lite-api")
    try:
        service.check_database()
    except Exception as error:
        service.fatal("nova-lite-api", error)
    wiring.run_api(service.until_signalled(), wiring.api_socket())
