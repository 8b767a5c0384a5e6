"""Networks: the protocol (client), Neutron v2 (neutron), and what a host does for its guests (plugging)."""


def connect():
    """The network client of this process."""
    from nova_lite.network.neutron import NeutronClient
    return NeutronClient()
