"""nova-lite-compute: the compute service of this host (``host`` option).  It has no database."""
from nova_lite import exceptions
from nova_lite.cmd import service, wiring
from nova_lite.conf import CONF


def main() -> None:
    service.load("nova-lite-compute")
    try:
        service.check_broker()
        wiring.run_compute(service.until_signalled(), CONF.host)
    except exceptions.NovaLiteError as error:
        service.fatal("nova-lite-compute", error)
