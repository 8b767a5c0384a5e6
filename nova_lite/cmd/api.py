"""nova-lite-api: the compute REST API, one worker (the supervisor runs several)."""
from nova_lite import rpc
from nova_lite.cmd import service, wiring


def main() -> None:
    prog = "nova-lite-api"
    service.load(prog)
    with service.clear_errors(prog):
        service.check_database()
        rpc.check_url()             # the broker itself may be away: an order is a row
        wiring.run_api(service.until_signalled(), wiring.api_socket())
