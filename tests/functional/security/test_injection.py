"""Whatever users may write into names, metadata, keys, files, flavors, networks and images: on a host it is text,
never a path, an element or a line.  Through the API down to the domain's XML, the config drive, DHCP and file names."""
import base64
import io
import json
import re
from xml.etree import ElementTree

import pycdlib
import pytest

from nova_lite import instance_metadata
from nova_lite.conf import CONF
from nova_lite.db import instances
from nova_lite.models import Subnet
from nova_lite.network.host import dhcp
from nova_lite.network.host import ports as host_ports
from nova_lite.virt import configdrive
from nova_lite.virt.libvirt import describe, layout
from tests.functional.api.server_fixtures import IMAGE, vif

PLAIN = "plain"
HOSTILE = (
    "</nova:name></metadata><devices><hostdev/></devices>", "]]><!DOCTYPE x SYSTEM 'file:///etc/passwd'>", "<!--",
    "&xxe;&#0;&amp;", '"><disk type="file">', "';DROP TABLE instances;--", "$(reboot)`id`|x&",
    "../../../../etc/cron.d/x", "/etc/passwd", "C:\\x", "%s%n%(uuid)s{0}{uuid}", "fa:16:3e:00:00:01,10.0.0.66,evil",
    "a,b;c=d #e", "//server/share",
    ".", "..", "-rf", "\u0915\u094d\u0937 \U0001f4a9 \u05d0", "a" * 255)


def odd_image(embedded, text) -> str:
    """An image whose owner wrote ``text`` wherever Glance takes text."""
    odd = {key: text for key in ("kernel_id", "ramdisk_id", "hw_disk_bus", "os_type", text)}
    made = embedded("member")("POST", "/image/v2/images", {
        "name": text, "disk_format": "raw", "container_format": "bare", **odd})
    assert made.status_int == 201, made.text
    put = embedded("member")("PUT", f"/image/v2/images/{made.json['id']}/file", b"x" * 512, headers={
        "Content-Type": "application/octet-stream"})
    assert put.status_int == 204, put.text
    return made.json["id"]


@pytest.fixture
def built(compute, embedded, database):
    """``built(text)``: (instance, its interfaces, what else a host gets) of a server that has it everywhere."""
    def build(text):
        flavor = compute("admin")("POST", "/v2.1/flavors", {"flavor": {
            "name": text, "ram": 64, "vcpus": 1, "disk": 1}})
        assert flavor.status_int == 200, flavor.text
        flavorid = flavor.json["flavor"]["id"]
        specs = compute("admin")("POST", f"/v2.1/flavors/{flavorid}/os-extra_specs", {"extra_specs": {"hw:x": text}})
        assert specs.status_int == 200, specs.text
        answer = compute("member")("POST", "/v2.1/servers", {"server": {
            "name": text, "description": text, "flavorRef": flavorid, "imageRef": odd_image(embedded, text),
            "metadata": {"k": text},
            "user_data": base64.b64encode(text.encode()).decode(), "adminPass": text, "config_drive": True,
            "personality": [{"path": text, "contents": base64.b64encode(text.encode()).decode()}],
            "networks": [], "availability_zone": "nova"}}, version="2.19")
        assert answer.status_int == 202, answer.text
        with database.reader() as connection:
            instance = instances.get(connection, answer.json["server"]["id"])
        return instance.replace(host="h1", key_name=text, key_data=text), (vif("10.0.0.5", label=text,
                                                                              security_groups=(text,)),)
    return build


def skeleton(xml: str) -> list:
    """Tags, and the attributes that are not somebody's text."""
    root = ElementTree.fromstring(xml)
    return [(element.tag, sorted(element.attrib), len(element)) for element in root.iter()]


def drive(tmp_path, instance, vifs, text) -> dict[str, bytes]:
    """A config drive as a guest reads it."""
    path = tmp_path / "drive"
    configdrive.write(path, instance_metadata.config_drive_files(
        instance, vifs, dhcp_domain="novalocal", admin_password=text, files={text: text.encode()}))
    iso, found = pycdlib.PyCdlib(), {}
    iso.open(str(path))
    for folder, _, names in iso.walk(rr_path="/"):
        for name in names:
            content = io.BytesIO()
            iso.get_file_from_iso_fp(content, rr_path=f"{folder.rstrip('/')}/{name}")
            found[f"{folder.rstrip('/')}/{name}"] = content.getvalue()
    iso.close()
    return found


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:20])
def test_it_stays_text(built, tmp_path, text):
    plain, plain_vifs = built(PLAIN)
    instance, vifs = built(text)
    xml = describe.domain(instance, vifs, "none").xml()
    assert skeleton(xml) == skeleton(describe.domain(plain, plain_vifs, "none").xml())
    root = ElementTree.fromstring(xml)
    nova = "{http://openstack.org/xmlns/libvirt/nova/1.1}"
    assert root.find(f".//{nova}name").text == text and root.find(f".//{nova}flavor").get("name") == text
    assert root.findtext("name") == describe.domain_name(instance.uuid)
    home = str(layout.home())
    files = [element.get("file") or element.get("path") for element in root.iter() if element.get("file") or (
        element.tag in ("source", "log") and element.get("path"))]
    assert files and all(file.startswith(f"{home}/{instance.uuid}/") and "/../" not in file for file in files)

    found, usual = drive(tmp_path, instance, vifs, text), drive(tmp_path, plain, plain_vifs, PLAIN)
    assert set(found) == set(usual)
    meta = json.loads(found["/openstack/latest/meta_data.json"])
    assert (meta["name"], meta["meta"], meta["admin_pass"], meta["files"][0]["path"]) == (text, {"k": text}, text, text)
    assert found["/openstack/content/0000"] == found["/openstack/latest/user_data"] == text.encode()
    assert re.fullmatch(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?|Server-[0-9a-f-]{36})(\.novalocal)", meta["hostname"], re.I)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:20])
def test_dhcp_knows_addresses_only(built, tmp_path, text):
    _, vifs = built(text)
    for line in dhcp.hosts(vifs).splitlines():
        assert re.fullmatch(r"([0-9a-f]{2}:){5}[0-9a-f]{2},[0-9.]+,host-[0-9-]+", line)
    lines = dhcp.config(vifs[0].network, tmp_path, "", CONF.metadata.dhcp_domain).splitlines()
    assert not [line for line in lines if text in line] or text in (".", "..", "-rf")
    # what is no name but a value is refused before it is written anywhere
    bad = vifs[0].replace(network=vifs[0].network.replace(subnets=(Subnet(id="s", cidr="10.0.0.0/24", dns=(text,)),)))
    for wrong in (bad, vifs[0].replace(mac=f"fa:16:3e:00:00:01\n{text}"), vifs[0].replace(devname=f"/{text}")):
        with pytest.raises(Exception, match="cannot be plugged"):
            host_ports.check(wrong)


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\0b", "a\x1bb", "a\u2028b", "a\u202eb", "\ufeffa", "\ud800"])
def test_what_is_no_printable_text_is_no_name(compute, text):
    """Escape sequences, line ends and writing that runs backwards are for nobody's terminal or log."""
    server = {"name": text, "flavorRef": "1", "imageRef": IMAGE}
    assert compute("member")("POST", "/v2.1/servers", {"server": server}).status_int == 400
    assert compute("admin")("POST", "/v2.1/flavors", {"flavor": {"name": text, "ram": 1, "vcpus": 1,
                                                                 "disk": 1}}).status_int == 400
    assert compute("member")("POST", "/v2.1/os-keypairs", {"keypair": {"name": text}}).status_int == 400


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:20])
def test_a_keys_name_is_fit_for_a_files(compute, text):
    answer = compute("member")("POST", "/v2.1/os-keypairs", {"keypair": {"name": text}})
    assert answer.status_int == 400 or re.fullmatch("[A-Za-z0-9_ -]+", text)


def test_the_names_of_several_fit_their_column(compute, database):
    answer = compute("member")("POST", "/v2.1/servers", {"server": {
        "name": "x" * 255, "flavorRef": "1", "imageRef": IMAGE, "min_count": 3, "networks": []}})
    assert answer.status_int == 202
    names = {server["name"] for server in compute("member")("GET", "/v2.1/servers").json["servers"]}
    assert len(names) == 3 and max(map(len, names)) == 255
