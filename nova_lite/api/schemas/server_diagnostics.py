"""Answers of a server's diagnostics: any numbers until 2.47, then fixed keys."""
from nova_lite.api.schemas.parameter_types import INTEGER, NULL, STRING, TRUTH, exact, listed, or_null

_cpu = exact({"id": INTEGER, "time": INTEGER, "utilisation": NULL})
_disk = exact(dict.fromkeys(("read_bytes", "read_requests", "write_bytes", "write_requests", "errors_count"), INTEGER))
_nic = exact({"mac_address": STRING, "rx_rate": NULL, "tx_rate": NULL, **dict.fromkeys(
    [f"{way}_{what}" for way in ("rx", "tx") for what in ("octets", "packets", "errors", "drop")], INTEGER)})
SHOWN = (
    ("2.1", {"type": "object", "additionalProperties": INTEGER}),
    ("2.48", exact({
        "state": {"enum": ["pending", "running", "paused", "shutdown", "crashed", "suspended"]}, "driver": STRING,
        "hypervisor": STRING, "hypervisor_os": STRING, "uptime": or_null(INTEGER), "config_drive": TRUTH,
        **dict.fromkeys(("num_cpus", "num_disks", "num_nics"), INTEGER), "cpu_details": listed(_cpu),
        "disk_details": listed(_disk), "nic_details": listed(_nic),
        "memory_details": exact({"maximum": INTEGER, "used": INTEGER})})))
