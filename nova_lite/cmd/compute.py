"""nova-lite-compute: the compute service of this host (``host`` option).  It has no database."""
from nova_lite.cmd import service, wiring
from nova_lite.conf import CONF


def main() -> None:
    prog = "nova-lite-compute"
    service.load(prog)
    with service.clear_errors(prog):
        service.check_broker()
        wiring.run_guarded_compute(service.until_signalled(), CONF.host)
