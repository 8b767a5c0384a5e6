"""The unmodified openstacksdk against the embedded services."""
import hashlib
import io

import openstack.exceptions
import pytest


def test_image_upload_download(services):
    cloud = services.sdk()
    data = b"guest" * 100000
    image = cloud.create_image("guest", data=io.BytesIO(data), disk_format="raw", container_format="bare",
                               visibility="public", hw_disk_bus="virtio", wait=True)
    found = services.sdk("demo").image.find_image("guest")
    assert (found.id, found.status, found.size) == (image.id, "active", len(data))
    assert found.hash_value == hashlib.sha512(data).hexdigest()
    assert found.virtual_size == len(data)
    assert services.sdk("demo").image.download_image(found).content == data
    with pytest.raises(openstack.exceptions.ForbiddenException):
        services.sdk("demo").image.delete_image(found)
    cloud.image.delete_image(found)
    assert cloud.image.find_image("guest") is None


def test_images_page_by_page(services):
    cloud = services.sdk()
    for index in range(7):
        cloud.image.create_image(name=f"i{index}", disk_format="raw", container_format="bare", allow_duplicates=True)
    names = [image.name for image in cloud.image.images(limit=2, sort_key="name", sort_dir="asc")]
    assert names == [f"i{index}" for index in range(7)]


def test_network_life(services):
    cloud = services.sdk("demo")
    network = cloud.network.create_network(name="private")
    subnet = cloud.network.create_subnet(network_id=network.id, cidr="10.2.0.0/24", ip_version=4)
    group = cloud.network.create_security_group(name="web")
    rules = cloud.network.create_security_group_rules([
        {"security_group_id": group.id, "direction": "ingress", "protocol": "tcp", "port_range_min": port,
         "port_range_max": port} for port in (22, 80)])
    assert len(list(rules)) == 2
    ports = list(cloud.network.create_ports([
        {"network_id": network.id, "name": f"p{index}", "security_groups": [group.id]} for index in range(5)]))
    addresses = {port.fixed_ips[0]["ip_address"] for port in ports}
    assert len(addresses) == 5
    assert "10.2.0.1" not in addresses
    assert [port.name for port in cloud.network.ports(limit=2, sort_key="name", network_id=network.id)] == \
        [f"p{index}" for index in range(5)]
    with pytest.raises(openstack.exceptions.ConflictException, match="in use"):
        cloud.network.delete_security_group(group)
    with pytest.raises(openstack.exceptions.ConflictException, match="ports have an IP allocation"):
        cloud.network.delete_subnet(subnet)
    for port in ports:
        cloud.network.delete_port(port)
    cloud.network.delete_network(network)
    assert list(cloud.network.subnets()) == []


def test_other_projects_are_not_there(services):
    network = services.sdk("admin").network.create_network(name="hers")
    services.sdk("admin").network.create_network(name="everyone", shared=True)
    assert [item.name for item in services.sdk("demo").network.networks()] == ["everyone"]
    path = f"/network/v2.0/networks/{network.id}"
    assert services.call("GET", path, "demo").status_code == 404
    assert services.call("PUT", path, "demo", json={"network": {"name": "x"}}).status_code == 404
    assert services.call("DELETE", path, "demo").status_code == 404
    shared = services.call("GET", "/network/v2.0/networks?name=everyone", "demo").json()["networks"][0]
    assert services.call("DELETE", f"/network/v2.0/networks/{shared['id']}", "demo").status_code == 403
