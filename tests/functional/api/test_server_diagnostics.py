"""Diagnostics in both forms."""
import datetime

from nova_lite import exceptions
from nova_lite import rpc as rpc_module

UUID = "0e44cc9c-e052-415d-afbf-000000000001"
PATH = f"/servers/{UUID}/diagnostics"
OLD = {"cpu0_time": 17300000000, "vda_read_req": 112, "vda_read": 262144, "vda_write_req": 488, "vda_write": 5778432,
       "vda_errors": 0, "memory": 524288, "memory-actual": 262144}
OLD_NIC = {"_rx": 2070139, "_rx_packets": 26701, "_rx_errors": 0, "_rx_drop": 0, "_tx": 140208, "_tx_packets": 662,
           "_tx_errors": 0, "_tx_drop": 0}
NEW = {
    "state": "running", "driver": "libvirt", "hypervisor": "fake", "hypervisor_os": "linux", "config_drive": True,
    "num_cpus": 1, "num_disks": 1, "num_nics": 1,
    "cpu_details": [{"id": 0, "time": 17300000000, "utilisation": None}],
    "disk_details": [{"read_bytes": 262144, "read_requests": 112, "write_bytes": 5778432, "write_requests": 488,
                      "errors_count": 0}],
    "memory_details": {"maximum": 512, "used": 256}}
NEW_NIC = {"rx_octets": 2070139, "rx_packets": 26701, "rx_errors": 0, "rx_drop": 0, "rx_rate": None,
           "tx_octets": 140208, "tx_packets": 662, "tx_errors": 0, "tx_drop": 0, "tx_rate": None}


def test_by_version(admin, make_server):
    launched = datetime.datetime.now(datetime.UTC).replace(tzinfo=None) - datetime.timedelta(hours=1)
    [nic] = make_server(launched_at=launched, config_drive=True).network_info
    for version in ("2.1", "2.47"):
        assert admin.at(version).get(PATH) == OLD | {nic.id + key: value for key, value in OLD_NIC.items()}
    for version in ("2.48", "2.100"):
        shown = admin.at(version).get(PATH)
        assert 3600 <= shown.pop("uptime") < 7200
        assert shown == NEW | {"nic_details": [{"mac_address": nic.mac} | NEW_NIC]}


def test_a_guest_that_is_off(admin, make_server):
    make_server(vm_state="stopped")
    assert admin.refused("GET", PATH, 409) == (
        f"Cannot 'get_diagnostics' instance {UUID} while it is in power_state 4")


def test_refused(client, admin, make_server):
    make_server(host=None)
    client.refused("GET", PATH, 403)
    assert admin.refused("GET", PATH, 409) == f"Instance {UUID} is not ready"
    admin.refused("GET", "/servers/x/diagnostics", 404)


def test_a_host_that_does_not_answer(admin, make_server, monkeypatch):
    def call(*args, **kwargs):
        raise exceptions.ServiceUnavailable()
    make_server()
    monkeypatch.setattr(rpc_module.Client, "call", call)
    assert admin("GET", PATH).status_int == 503
