"""A server's addresses by network label."""


def addresses(vifs, extended: bool) -> dict:
    """{label: [address]} in the order of the interfaces; ``extended`` adds type and MAC (show and detail only)."""
    found = {}
    for vif in vifs:
        shown = found.setdefault(vif.network.label, [])
        for ip in vif.fixed_ips:
            address = {"version": ip.version, "addr": ip.address}
            if extended:
                address |= {"OS-EXT-IPS:type": "fixed", "OS-EXT-IPS-MAC:mac_addr": vif.mac}
            shown.append(address)
    return found
