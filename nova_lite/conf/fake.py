"""Options of the fake virt driver: capacity, delays, failures."""
from oslo_config import cfg

GROUP = "fake"
OPTS = [
    cfg.IntOpt("vcpus", default=1000, min=1, help="Physical CPUs of a fake host."),
    cfg.IntOpt("memory_mb", default=8000000, min=1, help="MiB of memory of a fake host."),
    cfg.IntOpt("local_gb", default=600000, min=1, help="GiB of disk of a fake host."),
    cfg.FloatOpt("spawn_delay", mutable=True, default=0.0, min=0, help="Seconds that a spawn takes."),
    cfg.FloatOpt("destroy_delay", mutable=True, default=0.0, min=0, help="Seconds that a destroy takes."),
    cfg.FloatOpt("spawn_failure_rate", mutable=True, default=0.0, min=0, max=1, help="Share of spawns that fail."),
    cfg.ListOpt("fail_operations", mutable=True, default=[],
                help="Driver operations that always fail, for example spawn,destroy,power_on."),
]
