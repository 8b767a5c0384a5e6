"""What a guest is told of itself: OpenStack's and EC2's metadata trees, as values.

Called by the virt drivers (config drive) and by the metadata service.  Pure: no clock, no I/O; the only
chance is ``random_seed``, which a caller may give.
Shapes: https://docs.openstack.org/nova/latest/user/metadata.html
"""
import base64
import ipaddress
import json
import os
from collections.abc import Mapping, Sequence

from nova_lite.models import BlockDevice, Instance, Vif

OPENSTACK_VERSIONS = ("2012-08-10", "2013-04-04", "2013-10-17", "2015-10-15", "2016-06-30", "2016-10-06",
                      "2017-02-22", "2018-08-27", "2020-10-14")
EC2_VERSIONS = ("1.0", "2007-01-19", "2007-03-01", "2007-08-29", "2007-10-10", "2007-12-15", "2008-02-01",
                "2008-09-01", "2009-04-04")
LATEST = "latest"
SEED_BYTES = 512

# the version that first had it
RANDOM_SEED, VENDOR_DATA, NETWORK_DATA, DEVICES, VENDOR_DATA2, TRUSTED_VFS, DEDICATED_CPUS = (
    "2013-04-04", "2013-10-17", "2015-10-15", "2016-06-30", "2016-10-06", "2018-08-27", "2020-10-14")


def fqdn(instance: Instance, dhcp_domain: str) -> str:
    """The hostname with the cloud's domain, as in Nova also when it has one already: a cloud for names with domains
    (2.94) has no domain of its own."""
    name = instance.hostname or instance.display_name
    return f"{name}.{dhcp_domain}" if dhcp_domain else name


def network_data(vifs: Sequence[Vif]) -> dict:
    """network_data.json: a link for each interface, a network for each address, DNS services."""
    links, networks, services = [], [], {}
    for vif in vifs:
        link = vif.devname or f"tap{vif.id[:11]}"
        links.append({"id": link, "vif_id": vif.id, "type": "bridge", "mtu": vif.network.mtu,
                      "ethernet_mac_address": vif.mac})
        subnets = {subnet.id: subnet for subnet in vif.network.subnets}
        for ip in vif.fixed_ips:
            subnet = subnets.get(ip.subnet_id)
            if subnet is None:
                continue
            entry = {"id": f"network{len(networks)}", "link": link, "network_id": vif.network.id}
            if subnet.dhcp_server:
                entry["type"] = f"ipv{ip.version}_dhcp"
            else:
                entry |= {"type": f"ipv{ip.version}", **_static(ip.address, subnet)}
            networks.append(entry)
            for address in subnet.dns:
                services[address] = {"type": "dns", "address": address}
    return {"links": links, "networks": networks, "services": list(services.values())}


def _static(address: str, subnet) -> dict:
    cidr = ipaddress.ip_network(subnet.cidr, strict=False)
    routes = []
    if subnet.gateway:
        anywhere = "0.0.0.0" if cidr.version == 4 else "::"
        routes.append({"network": anywhere, "netmask": anywhere, "gateway": subnet.gateway})
    for route in subnet.routes:
        target = ipaddress.ip_network(route["destination"], strict=False)
        routes.append({"network": str(target.network_address), "netmask": str(target.netmask),
                       "gateway": route["nexthop"]})
    return {"ip_address": address, "netmask": str(cidr.netmask), "routes": routes,
            "services": [{"type": "dns", "address": dns} for dns in subnet.dns]}


def user_data(instance: Instance) -> bytes | None:
    """The raw bytes; None when there are none."""
    return base64.b64decode(instance.user_data) if instance.user_data else None


def devices(vifs: Sequence[Vif], disks: Sequence[BlockDevice] = (), version: str = LATEST) -> list[dict]:
    """Of the disks and interfaces that have a tag, so that a guest finds which one that is: by its address on the bus,
    the interface's MAC, the disk's serial number (of which a virtio disk shows the first 20 characters).
    """
    trusted = {"vf_trusted": False} if version >= TRUSTED_VFS else {}
    found = []
    for disk in disks:
        if disk.tag:
            serial = {"serial": disk.serial} if disk.serial else {}
            found.append({"type": "disk", **serial, **_bus(disk.pci_address), "tags": [disk.tag]})
    return found + [{**trusted, "type": "nic", "mac": vif.mac, **_bus(vif.pci_address), "tags": [vif.tag]}
                    for vif in vifs if vif.tag]


def _bus(pci_address: str | None) -> dict:
    """Where the hypervisor decides, it is what Nova tells of a device of which it does not know."""
    return {"bus": "pci", "address": pci_address} if pci_address else {"bus": "none", "address": "none"}


def meta_data(instance: Instance, network_info: Sequence[Vif], *, dhcp_domain: str, version: str = LATEST,
              admin_password: str | None = None, file_paths: Sequence[str] = (),
              random_seed: bytes | None = None) -> dict:
    """meta_data.json of one version."""
    found = {
        "uuid": instance.uuid, "name": instance.display_name, "hostname": fqdn(instance, dhcp_domain),
        "launch_index": instance.launch_index, "availability_zone": instance.availability_zone,
    }
    if instance.metadata:
        found["meta"] = dict(instance.metadata)
    if instance.key_name and instance.key_data:
        found["public_keys"] = {instance.key_name: instance.key_data}
        found["keys"] = [{"name": instance.key_name, "type": "ssh", "data": instance.key_data}]
    if file_paths:
        found["files"] = [{"path": path, "content_path": content_path(number)}
                          for number, path in enumerate(file_paths)]
    if admin_password:
        found["admin_pass"] = admin_password
    if version >= RANDOM_SEED:          # "latest" sorts behind every date
        found["random_seed"] = base64.b64encode(random_seed or os.urandom(SEED_BYTES)).decode()
    if version >= NETWORK_DATA:
        found["project_id"] = instance.project_id
    if version >= DEVICES:
        found["devices"] = devices(network_info, instance.block_devices or (), version)
    if version >= DEDICATED_CPUS:
        found["dedicated_cpus"] = []
    return found


def content_path(number: int) -> str:
    return f"/content/{number:04d}"


def openstack_tree(instance: Instance, network_info: Sequence[Vif], *, dhcp_domain: str,
                   admin_password: str | None = None, files: Mapping[str, bytes] | None = None,
                   random_seed: bytes | None = None) -> dict[str, bytes]:
    """``{path below openstack/: content}`` of all versions and ``latest``."""
    files, tree = files or {}, {}
    seed = random_seed or os.urandom(SEED_BYTES)
    script = user_data(instance)
    for version in (*OPENSTACK_VERSIONS, LATEST):
        tree[f"{version}/meta_data.json"] = _json(meta_data(
            instance, network_info, dhcp_domain=dhcp_domain, version=version, admin_password=admin_password,
            file_paths=tuple(files), random_seed=seed))
        if script is not None:
            tree[f"{version}/user_data"] = script
        if version >= VENDOR_DATA:
            tree[f"{version}/vendor_data.json"] = _json({})
        if version >= NETWORK_DATA:
            tree[f"{version}/network_data.json"] = _json(network_data(network_info))
        if version >= VENDOR_DATA2:
            tree[f"{version}/vendor_data2.json"] = _json({"static": {}})
    for number, content in enumerate(files.values()):
        tree[content_path(number)[1:]] = content
    return tree


def ec2_meta_data(instance: Instance, network_info: Sequence[Vif], *, dhcp_domain: str) -> dict:
    """EC2's tree below ``meta-data/``: text, or a dict for a level."""
    hostname = fqdn(instance, dhcp_domain)
    addresses = [ip.address for vif in network_info for ip in vif.fixed_ips if ip.version == 4]
    groups = list(dict.fromkeys(group for vif in network_info for group in vif.security_groups))
    root = (instance.root_device_name or "/dev/vda").rpartition("/")[2]
    found = {
        "ami-id": f"ami-{instance.image_ref.replace('-', '')[:8] or '00000000'}",
        "ami-launch-index": str(instance.launch_index),
        "ami-manifest-path": "(unknown)",
        "block-device-mapping": {"ami": root, "root": f"/dev/{root}"},
        "hostname": hostname,
        "instance-action": "none",
        "instance-id": f"i-{instance.id or 0:08x}",
        "instance-type": instance.flavor.name,
        "local-hostname": hostname,
        "local-ipv4": addresses[0] if addresses else "",
        "placement": {"availability-zone": instance.availability_zone or ""},
        "public-hostname": hostname,
        "public-ipv4": "",
        "reservation-id": instance.reservation_id,
        "security-groups": "\n".join(groups or instance.security_groups),
    }
    if instance.key_name and instance.key_data:
        found["public-keys"] = {f"0={instance.key_name}": {"openssh-key": instance.key_data}}
    return found


def config_drive_files(instance: Instance, network_info: Sequence[Vif], *, dhcp_domain: str,
                       admin_password: str | None = None,
                       files: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    """``{path: content}`` of a whole config drive."""
    tree = {f"openstack/{path}": content for path, content in openstack_tree(
        instance, network_info, dhcp_domain=dhcp_domain, admin_password=admin_password, files=files).items()}
    ec2 = _json(ec2_meta_data(instance, network_info, dhcp_domain=dhcp_domain))
    script = user_data(instance)
    for version in ("2009-04-04", LATEST):
        tree[f"ec2/{version}/meta-data.json"] = ec2
        if script is not None:
            tree[f"ec2/{version}/user-data"] = script
    return tree


def _json(value: dict) -> bytes:
    return json.dumps(value).encode()
