"""Each filter: whom it lets pass, whom it removes, what its options change."""
import pytest

from nova_lite.conf import CONF
from nova_lite.scheduler import filters
from nova_lite.scheduler.filters import aggregates, capabilities, capacity, extra_specs_ops
from nova_lite.scheduler.filters.cidr import SimpleCIDRAffinityFilter
from nova_lite.scheduler.filters.isolated_hosts import IsolatedHostsFilter
from nova_lite.scheduler.filters.json_query import JsonFilter
from nova_lite.scheduler.filters.resource import ResourceFilter
from tests.unit.scheduler.clouds import arrays, passing, spec


@pytest.fixture
def options():
    """options(name=value): of [scheduler], until the test's end."""
    names = []

    def override(**values):
        for name, value in values.items():
            CONF.set_override(name, value, group="scheduler")
            names.append(name)
    yield override
    for name in names:
        CONF.clear_override(name, group="scheduler")


def of_aggregates(**metadata):
    return arrays(**{host: {"aggregate_metadata": found} for host, found in metadata.items()})


@pytest.mark.parametrize("value, wanted, expected", [
    ("4", "4", True), ("4", "5", False), ("4", "= 3", True), ("4", "= 5", False), ("4", "== 4.0", True),
    ("4", "!= 4", False), ("4", ">= 4", True), ("4", "<= 3", False), ("abc", ">= 4", False),
    ("b", "s== b", True), ("b", "s!= b", False), ("b", "s> a", True), ("b", "s< a", False), ("b", "s>= b", True),
    ("b", "s<= a", False), ("a big host", "<in> big", True), (["avx", "sse"], "<in> avx", True),
    (["avx"], "<in> sse", False), (["avx", "sse"], "<all-in> avx sse", True), (["avx"], "<all-in> avx sse", False),
    ("hdd", "<or> ssd <or> hdd", True), ("tape", "<or> ssd <or> hdd", False), (7, "7", True), ("", "", True)])
def test_operators(value, wanted, expected):
    assert extra_specs_ops.match(value, wanted) is expected


@pytest.mark.parametrize("extra_specs, expected", [
    ({}, "ssd hdd both none"), ({"disk": "ssd"}, "ssd both"),
    ({"aggregate_instance_extra_specs:disk": "ssd"}, "ssd both"),
    ({"disk": "<or> ssd <or> hdd"}, "ssd hdd both"), ({"disk": "!"}, "none"),
    ({"hw:cpu_policy": "dedicated"}, "ssd hdd both none"), ({"disk": "ssd", "gpu": "yes"}, "")])
def test_extra_specs_of_aggregates(extra_specs, expected):
    hosts = of_aggregates(ssd={"disk": ["ssd"]}, hdd={"disk": ["hdd"]}, both={"disk": ["hdd, ssd"]}, none=None)
    assert passing(aggregates.AggregateInstanceExtraSpecsFilter(), spec(extra_specs), hosts) == expected


def test_image_properties_that_aggregates_isolate(options):
    hosts = of_aggregates(win={"os_type": ["windows"], "x.os_type": ["dos"]}, lin={"os_type": ["linux"]}, any=None)
    found = aggregates.AggregateImagePropertiesIsolation()
    assert passing(found, spec(properties={"os_type": "windows"}), hosts) == "win any"
    assert passing(found, spec(), hosts) == "win lin any"
    options(aggregate_image_properties_isolation_namespace="x")
    assert passing(found, spec(properties={"os_type": "linux"}), hosts) == "win lin any"
    assert passing(found, spec(properties={"x.os_type": "linux"}), hosts) == "lin any"


def test_tenants_of_aggregates():
    hosts = of_aggregates(mine={"filter_tenant_id": ["p1"]}, ours={"filter_tenant_id": ["p2,p1"]},
                          more={"filter_tenant_id": ["p2"], "filter_tenant_id2": ["p1"]},
                          theirs={"filter_tenant_id": ["p2"]}, all=None)
    assert passing(aggregates.AggregateMultiTenancyIsolation(), spec(), hosts) == "mine ours more all"


def test_flavors_of_aggregates():
    hosts = of_aggregates(tiny={"instance_type": ["m1.tiny"]}, two={"instance_type": ["m1.big,m1.tiny"]},
                          big={"instance_type": ["m1.big"]}, any=None)
    assert passing(aggregates.AggregateTypeAffinityFilter(), spec(), hosts) == "tiny two any"


def test_number_of_servers(options):
    hosts = arrays(full={"running_vms": 2}, free={"running_vms": 1},
                   more={"running_vms": 2, "aggregate_metadata": {"max_instances_per_host": ["3", "9"]}},
                   less={"running_vms": 1, "aggregate_metadata": {"max_instances_per_host": ["1"]}},
                   odd={"running_vms": 1, "aggregate_metadata": {"max_instances_per_host": ["many"]}})
    options(max_instances_per_host=2)
    assert passing(capacity.NumInstancesFilter(), spec(), hosts) == "free less odd"
    assert passing(capacity.AggregateNumInstancesFilter(), spec(), hosts) == "free more odd"


def test_what_hosts_are_busy_with(options):
    hosts = arrays({"busy": 3, "quick": 3}, busy={}, idle={},
                   quick={"aggregate_metadata": {"max_io_ops_per_host": ["4"]}})
    options(max_io_ops_per_host=3)
    assert passing(capacity.IoOpsFilter(), spec(), hosts) == "idle"
    assert passing(capacity.AggregateIoOpsFilter(), spec(), hosts) == "idle quick"
    hosts.take(1, spec().flavor, 3)
    assert passing(capacity.IoOpsFilter(), spec(), hosts) == ""


@pytest.mark.parametrize("extra_specs, expected", [
    ({}, "new old"), ({"capabilities:hypervisor_type": "QEMU"}, "new old"),
    ({"capabilities:cpu_info:features": "<in> avx2"}, "new"), ({"capabilities:cpu_info:vendor": "Intel"}, "old"),
    ({"hypervisor_version": ">= 7000000"}, "new"), ({"capabilities:cpu_info:topology:cores": ">= 4"}, "new"),
    ({"capabilities:nothing": "x"}, ""), ({"hw:cpu_policy": "shared"}, "new old"),
    ({"capabilities:hypervisor_type:deeper": "x"}, "")])
def test_capabilities(extra_specs, expected):
    hosts = arrays(new={"cpu_info": {"vendor": "AMD", "features": ["avx", "avx2"], "topology": {"cores": 8}}},
                   old={"cpu_info": {"vendor": "Intel", "features": ["avx"]}, "hypervisor_version": 5000000})
    assert passing(capabilities.ComputeCapabilitiesFilter(), spec(extra_specs), hosts) == expected


@pytest.mark.parametrize("properties, expected", [
    ({}, "x86 arm"), ({"hw_architecture": "aarch64"}, "arm"), ({"architecture": "x86_64"}, "x86"),
    ({"img_hv_type": "QEMU"}, "x86 arm"), ({"img_hv_type": "xen"}, ""), ({"hw_vm_mode": "hvm"}, "x86 arm"),
    ({"hw_architecture": "aarch64", "img_hv_type": "kvm"}, ""), ({"img_hv_requested_version": ">=7.0"}, "x86"),
    ({"img_hv_requested_version": ">=5.0,<7"}, "arm"), ({"img_hv_requested_version": "nonsense"}, "")])
def test_properties_of_images(properties, expected):
    hosts = arrays(x86={}, arm={"supported_instances": [["aarch64", "qemu", "hvm"]], "hypervisor_version": 6002001})
    assert passing(capabilities.ImagePropertiesFilter(), spec(properties=properties), hosts) == expected


def test_the_architecture_of_an_image_that_tells_none():
    hosts = arrays(x86={}, arm={"supported_instances": [["aarch64", "qemu", "hvm"]]})
    CONF.set_override("image_properties_default_architecture", "aarch64", group="scheduler")
    try:
        found = [passing(capabilities.ImagePropertiesFilter(), spec(properties=properties), hosts)
                 for properties in ({}, {"hw_architecture": "x86_64"})]
    finally:
        CONF.clear_override("image_properties_default_architecture", group="scheduler")
    assert found == ["arm", "x86"]


@pytest.mark.parametrize("extra_specs, properties, expected", [
    ({}, {}, "avx plain"), ({"trait:HW_CPU_X86_AVX": "required"}, {}, "avx"),
    ({"trait:HW_CPU_X86_AVX": "forbidden"}, {}, "plain"), ({}, {"trait:HW_CPU_X86_SSE42": "required"}, "avx"),
    ({"trait:CUSTOM_FAST": "required"}, {}, ""), ({"trait:CUSTOM_FAST": "forbidden"}, {}, "avx plain"),
    ({"trait1:HW_CPU_X86_AVX": "required"}, {}, "avx"), ({"trait_NET:HW_CPU_X86_AVX": "forbidden"}, {}, "plain"),
    ({"trait:HW_CPU_X86_AVX": "required", "trait1:HW_CPU_X86_AVX": "forbidden"}, {}, ""),
    ({"trait:COMPUTE_NODE": "required"}, {}, "avx plain"), ({"trait:HW_CPU_X86_AVX": "perhaps"}, {}, "avx plain"),
    ({"trait:HW_CPU_X86_AVY": "forbidden"}, {}, ""), ({"trait:CUSTOM_": "forbidden"}, {}, ""),
    ({}, {"trait:": "forbidden"}, "avx plain")])
def test_traits(extra_specs, properties, expected):
    hosts = arrays(avx={"cpu_info": {"features": ["avx", "sse4.2"]}}, plain={"cpu_info": {"features": ["made-up"]}})
    assert passing(capabilities.RequestedTraitsFilter(), spec(extra_specs, properties), hosts) == expected


@pytest.mark.parametrize("extra_specs, expected", [
    ({}, "small large"), ({"resources:VCPU": "8"}, "large"), ({"resources:MEMORY_MB": "2000"}, "large"),
    ({"resources:DISK_GB": "50", "resources:VCPU": "0"}, "large"), ({"resources:CUSTOM_GPU": "1"}, ""),
    ({"resources:CUSTOM_GPU": "0"}, "small large"), ({"resources:VCPU": "nonsense"}, "small large"),
    ({"resources1:VCPU": "2", "resources2:VCPU": "1"}, "small large"),         # and the flavor's own
    ({"resources1:VCPU": "2", "resources_X:VCPU": "2"}, "large"),
    ({"resources:VCPU": "0", "resources1:VCPU": "2", "resources_X:VCPU": "2"}, "small large"),
    ({"resources1:VCPU": "1", "resources2:VCPU": "1", "group_policy": "none"}, "small large"),
    ({"resources1:VCPU": "1", "resources2:VCPU": "1", "group_policy": "isolate"}, ""),
    ({"resources1:VCPU": "1", "group_policy": "isolate"}, "small large"), ({"resources1:VGPU": "1"}, ""),
    ({"resources:vcpu": "1"}, "")])
def test_room_for_what_is_claimed(extra_specs, expected):
    hosts = arrays(small={"vcpus_limit": 4, "memory_mb_limit": 1024, "local_gb_limit": 20}, large={})
    assert passing(ResourceFilter(), spec(extra_specs), hosts) == expected
    hosts.take(1, spec(extra_specs).flavor)
    assert hosts.vcpus_used[1] == spec(extra_specs).flavor.claim.vcpus


def test_there_are_no_devices_to_pass_through():
    assert passing(capabilities.PciPassthroughFilter(), spec(), arrays(a={}, b={})) == "a b"
    assert passing(capabilities.PciPassthroughFilter(), spec({"pci_passthrough:alias": "gpu:1"}), arrays(a={})) == ""


@pytest.mark.parametrize("values, image, expected", [
    ({}, "i1", "a b"), ({"isolated_hosts": ["a"]}, "i1", "b"),
    ({"isolated_hosts": ["a"], "restrict_isolated_hosts_to_isolated_images": False}, "i1", "a b"),
    ({"isolated_hosts": ["a"], "isolated_images": ["i1"]}, "i1", "a"),
    ({"isolated_hosts": ["a"], "isolated_images": ["i1"]}, "i2", "b"),
    ({"isolated_hosts": ["a"], "isolated_images": ["i1"], "restrict_isolated_hosts_to_isolated_images": False}, "i2",
     "a b"), ({"isolated_images": ["i1"]}, "i1", "")])
def test_isolated_hosts(options, values, image, expected):
    options(**values)
    asked = spec().replace(image=spec().image.replace(id=image))
    assert passing(IsolatedHostsFilter(), asked, arrays(a={}, b={})) == expected


@pytest.mark.parametrize("hints, expected", [
    ({}, "near far"), ({"build_near_host_ip": "192.0.2.77"}, "near"),
    ({"build_near_host_ip": ["198.51.100.9"], "cidr": ["/24"]}, "far"),
    ({"build_near_host_ip": "192.0.2.77", "cidr": "/30"}, ""), ({"build_near_host_ip": "nonsense"}, "")])
def test_hosts_of_a_network(hints, expected):
    hosts = arrays(near={"host_ip": "192.0.2.1"}, far={"host_ip": "198.51.100.1"})
    assert passing(SimpleCIDRAffinityFilter(), spec(hints=hints), hosts) == expected


@pytest.mark.parametrize("query, expected", [
    (None, "a b"), ('[">=", "$free_ram_mb", 4096]', "a"), ('["=", "$host", "b"]', "b"),
    ('["or", ["=", "$host", "b"], [">", "$free_ram_mb", 4000]]', "a b"),
    ('["and", ["<", "$num_instances", 3], ["not", ["=", "$hypervisor_hostname", "a.example"]]]', "b"),
    ('["in", "$host", "b", "c"]', "b"), (['["=", "$host", "a"]'], "a"), (["<=", "$vcpus_used", 0], "a b"),
    ("nonsense", ""), ('["=", "$nothing", 1]', ""), ('["and"]', ""), ('["?", 1, 2]', ""), ('["<", "$host", 1]', "")])
def test_queries(query, expected):
    hosts = arrays(a={}, b={"memory_mb_used": 1000, "running_vms": 2})
    assert passing(JsonFilter(), spec(hints={"query": query} if query else {}), hosts) == expected


def test_filters_of_users_host_by_host():
    def small(spec, host):
        return host.free_ram_mb >= spec.flavor.memory_mb and host.aggregate_metadata.get("disk") == ["ssd"]

    class AsNovas:
        def host_passes(self, host_state, spec_obj):
            return host_state.host == "a" and spec_obj.project_id == "p1"

    hosts = arrays(a={"aggregate_metadata": {"disk": ["ssd"]}}, b={},
                   c={"aggregate_metadata": {"disk": ["ssd"]}, "memory_mb_used": 4000})
    assert passing(filters.filter_of(small), spec(), hosts) == "a"
    assert passing(filters.filter_of(AsNovas), spec(), hosts) == "a"


def test_every_filter_and_weigher_of_the_package_loads_and_takes_no_hosts():
    import importlib.metadata

    from nova_lite.scheduler import weighers
    names = [point.name for point in importlib.metadata.entry_points(group="nova_lite.scheduler.filters")]
    nobody = arrays()
    for _name, found in filters.load(names):
        passing = found.hosts(spec(), nobody)
        assert passing is None or len(passing) == 0
    names = [point.name for point in importlib.metadata.entry_points(group="nova_lite.scheduler.weighers")]
    for weigher in weighers.load(names):
        weights = weigher.weigh(spec(), nobody)
        assert isinstance(weigher.multiplier(), float) and (weights is None or len(weights) == 0)


def test_a_thousand_hosts_of_one_kind_are_asked_once():
    asked = []
    hosts = arrays(**{f"h{n}": {"aggregate_metadata": {"rack": [str(n % 2)]}} for n in range(1000)})
    found = hosts.of_aggregates(lambda metadata: asked.append(metadata) or metadata["rack"] == ["0"])
    assert len(asked) == 2 and found.sum() == 500
