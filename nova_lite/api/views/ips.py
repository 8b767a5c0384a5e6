"""A server's addresses by network label."""


def addresses(vifs, extended: bool) -> dict:
    """{label: [address]} in the order of the interfaces, floating addresses last; ``extended`` adds type and MAC (show
    and detail only)."""
    found = {}
    for vif in vifs:
        entries = [("fixed", ip.version, ip.address) for ip in vif.fixed_ips]
        entries += [("floating", 4, address) for ip in vif.fixed_ips for address in ip.floating]
        shown = found.setdefault(vif.network.label, [])
        for kind, version, text in entries:
            address = {"version": version, "addr": text}
            if extended:
                address |= {"OS-EXT-IPS:type": kind, "OS-EXT-IPS-MAC:mac_addr": vif.mac}
            shown.append(address)
    return found
