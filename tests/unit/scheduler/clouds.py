"""Hosts and requests for tests of filters and weighers."""
import json
import types

from nova_lite.models import Flavor, ImageMeta, Order, RequestSpec
from nova_lite.scheduler.hosts import NUMBERS, HostArrays

LARGE = {"vcpus_limit": 16, "memory_mb_limit": 4096, "local_gb_limit": 100}


def arrays(io_ops=None, **hosts) -> HostArrays:
    """``hosts``: {name: changes of its row}; what is JSON in the row is given as it is read."""
    return HostArrays([row(name, changes) for name, changes in hosts.items()], io_ops)


def row(name, changes):
    row = {"host": name, "node": f"{name}.example", "disabled": False, "forced_down": False, "last_seen_up": None,
           "availability_zone": None, "host_ip": "192.0.2.1", "aggregate_metadata": None, "hypervisor_type": "QEMU",
           "hypervisor_version": 7002000, "cpu_info": {}, "metrics": None,
           "supported_instances": [["x86_64", "qemu", "hvm"]],
           **dict.fromkeys(NUMBERS, 0), **LARGE, **changes}
    for key in ("cpu_info", "supported_instances"):
        row[key] = json.dumps(row[key])
    if row["aggregate_metadata"] is not None:
        row["aggregate_metadata"] = json.dumps(row["aggregate_metadata"])
    return types.SimpleNamespace(**row)


def spec(extra_specs=None, properties=None, hints=None, **changes) -> RequestSpec:
    return RequestSpec(**{
        "orders": (Order(1, "uuid", "build", "schedule", 1),),
        "flavor": Flavor("1", "m1.tiny", 1, 256, 1, extra_specs=extra_specs or {}),
        "image": ImageMeta("i1", properties=properties or {}), "project_id": "p1", "scheduler_hints": hints or {},
        **changes})


def passing(filter_, spec_, arrays_) -> str:
    """The names of the hosts that pass."""
    found = filter_.hosts(spec_, arrays_)
    return " ".join(arrays_.names if found is None else arrays_.names[found])
