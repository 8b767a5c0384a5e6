"""nova-lite-embedded: the embedded identity, image and network services as a process of their own."""
from nova_lite.cmd import service, wiring


def main() -> None:
    prog = "nova-lite-embedded"
    service.load(prog)
    with service.clear_errors(prog):
        service.check_database()
        wiring.run_embedded(service.until_signalled(), wiring.embedded_socket())
