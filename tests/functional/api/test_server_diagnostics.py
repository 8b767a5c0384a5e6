"""Diagnostics in both forms."""
import datetime

import pytest

from nova_lite import exceptions
from nova_lite import rpc as rpc_module

UUID = "0e44cc9c-e052-415d-afbf-000000000001"
PATH = f"/servers/{UUID}/diagnostics"
OLD = {"cpu0_time": 17300000000, "vda_read_req": 112, "vda_read": 262144, "vda_write_req": 488, "vda_write": 5778432,
       "vda_errors": 0, "tapc1c2c3c4-00_rx": 100, "tapc1c2c3c4-00_rx_packets": 2, "tapc1c2c3c4-00_rx_errors": 0,
       "tapc1c2c3c4-00_rx_drop": 0, "tapc1c2c3c4-00_tx": 300, "tapc1c2c3c4-00_tx_packets": 4,
       "tapc1c2c3c4-00_tx_errors": 0, "tapc1c2c3c4-00_tx_drop": 0, "memory": 524288, "memory-actual": 262144}
NEW = {
    "state": "running", "driver": "libvirt", "hypervisor": "kvm", "hypervisor_os": "linux", "config_drive": True,
    "num_cpus": 1, "num_disks": 1, "num_nics": 1,
    "cpu_details": [{"id": 0, "time": 17300000000, "utilisation": None}],
    "disk_details": [{"read_bytes": 262144, "read_requests": 112, "write_bytes": 5778432, "write_requests": 488,
                      "errors_count": 0}],
    "nic_details": [{"mac_address": "fa:16:3e:4c:2c:30", "rx_octets": 100, "rx_packets": 2, "rx_errors": 0,
                     "rx_drop": 0, "rx_rate": None, "tx_octets": 300, "tx_packets": 4, "tx_errors": 0, "tx_drop": 0,
                     "tx_rate": None}],
    "memory_details": {"maximum": 512, "used": 256}}


def test_by_version(admin, make_server, later, sent):
    launched = datetime.datetime.now(datetime.UTC).replace(tzinfo=None) - datetime.timedelta(hours=1)
    make_server(launched_at=launched, config_drive=True)
    for version in ("2.1", "2.47"):
        assert admin.at(version).get(PATH) == OLD
    for version in ("2.48", "2.100"):
        shown = admin.at(version).get(PATH)
        assert 3600 <= shown.pop("uptime") < 7200 and shown == NEW
    assert [(method, host) for method, host, _ in sent] == [("get_diagnostics", "host1")] * 4


def test_refused(client, admin, make_server, monkeypatch):
    make_server(host=None)
    client.refused("GET", PATH, 403)
    assert admin.refused("GET", PATH, 409) == f"Instance {UUID} is not ready"
    admin.refused("GET", "/servers/x/diagnostics", 404)


@pytest.mark.parametrize(("error", "code"), [
    (exceptions.InstanceInvalidState(method="get_diagnostics", instance_uuid=UUID, attr="power_state", state=4), 409),
    (exceptions.ServiceUnavailable(), 503)])
def test_what_the_host_says(admin, make_server, monkeypatch, error, code):
    def call(*args, **kwargs):
        raise error
    make_server()
    monkeypatch.setattr(rpc_module.Client, "call", call)
    admin.refused("GET", PATH, code)
