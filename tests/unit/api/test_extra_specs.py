"""Known extra specs and their values."""
import pytest

from nova_lite import exceptions
from nova_lite.api import extra_specs


@pytest.mark.parametrize(("name", "value"), [
    ("hw:cpu_policy", "dedicated"), ("hw:numa_nodes", "2"), ("hw:numa_cpus.0", "0-3,^2"), ("hw:numa_mem.1", "512"),
    ("hw:mem_page_size", "2MB"), ("hw:mem_page_size", "large"), ("hw:cpu_realtime_mask", "^0-1"),
    ("hw_rng:allowed", "True"), ("quota:disk_read_iops_sec", "1000"), ("quota:cpu_shares", "0"),
    ("resources:CUSTOM_GPU", "1"), ("resources1:VCPU", "0"), ("trait:HW_CPU_X86_AVX", "required"),
    ("trait_A:CUSTOM_X", "forbidden"), ("group_policy", "none"), ("os:secure_boot", "required"),
    ("aggregate_instance_extra_specs:ssd", "true"), ("mine:whatever", "x"), ("no namespace", ""),
    ("pci_passthrough:alias", "gpu:1,nic:2"), ("hide_hypervisor_id", "no")])
def test_good(name, value):
    extra_specs.check({name: value})


@pytest.mark.parametrize(("name", "value", "text"), [
    ("hw:cpu_policy", "fast", "is not a value"), ("hw:numa_nodes", "0", "is not a value"),
    ("hw:numa_nodes", "many", "is not a value"), ("hw:cpu_polcy", "dedicated", "does not appear to be a valid"),
    ("quota:disk_read_iops", "1", "does not appear"), ("resources:vcpu", "1", "does not appear"),
    ("trait:HW_CPU_X86_AVX", "yes", "is not a value"), ("trait:HW_X", "required", "does not appear"),
    ("resources:GPU", "1", "does not appear"), ("hw_rng:allowed", "perhaps", "is not a value"),
    ("hw:cpu_realtime_mask", "0-", "is not a value"), ("group_policy", "any", "is not a value")])
def test_wrong(name, value, text):
    with pytest.raises(exceptions.ValidationError, match=text):
        extra_specs.check({"fine": "1", name: value})
