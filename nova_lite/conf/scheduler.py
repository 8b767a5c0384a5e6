"""Options of the scheduler."""
from oslo_config import cfg

GROUP = "scheduler"
OPTS = [
    cfg.IntOpt("max_attempts", mutable=True, default=3, min=1, help="Hosts tried for one server."),
    cfg.IntOpt("claim_retries", mutable=True, default=5, min=1,
               help="Times a choice is made anew when another scheduler took the slot."),
    cfg.IntOpt("host_subset_size", mutable=True, default=1, min=1, help="Choose at random among so many best hosts."),
    cfg.FloatOpt("refresh_interval", mutable=True, default=1.0, min=0.05,
                 help="Seconds between reads of changed hosts."),
    cfg.ListOpt("enabled_filters",
                default=["ComputeFilter", "AvailabilityZoneFilter", "RequestedHostFilter", "RetryFilter",
                         "SameHostFilter", "DifferentHostFilter", "ServerGroupAntiAffinityFilter",
                         "ServerGroupAffinityFilter", "ResourceFilter"],
                help="Filters, in order: entry points of nova_lite.scheduler.filters."),
    cfg.ListOpt("enabled_weighers", default=["RAMWeigher", "CPUWeigher", "ServerGroupSoftAntiAffinityWeigher",
                                            "ServerGroupSoftAffinityWeigher", "BuildFailureWeigher"],
                help="Weighers: entry points of nova_lite.scheduler.weighers."),
    cfg.FloatOpt("ram_weight_multiplier", mutable=True, default=1.0, help="Weight of free memory; negative stacks."),
    cfg.FloatOpt("cpu_weight_multiplier", mutable=True, default=1.0, help="Weight of free CPUs; negative stacks."),
    cfg.FloatOpt("soft_affinity_weight_multiplier", mutable=True, default=1000.0,
                 help="Weight of hosts with members of a server's soft-affinity group."),
    cfg.FloatOpt("soft_anti_affinity_weight_multiplier", mutable=True, default=1000.0,
                 help="Weight against hosts with members of a server's soft-anti-affinity group."),
    cfg.FloatOpt("build_failure_weight_multiplier", mutable=True, default=1000000.0,
                 help="Weight against failed builds."),
]
