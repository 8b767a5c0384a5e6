"""Options of the compute service."""
from oslo_config import cfg, types

GROUP = "compute"
OPTS = [
    cfg.StrOpt("driver", default="fake", help="Virt driver: an entry point of nova_lite.virt.drivers."),
    cfg.IntOpt("max_concurrent_builds", default=4, min=1, help="Guests that one host builds side by side."),
    cfg.IntOpt("worker_threads", default=16, min=1, help="Threads of one host for work other than builds."),
    cfg.FloatOpt("progress_after", mutable=True, default=1.0, min=0,
                 help="Seconds a step may run before its task_state changes are reported while it runs."),
    cfg.IntOpt("sync_power_state_interval", default=600, min=0,
               help="Seconds between comparisons of all guests' power states; 0: only at the start."),
    cfg.IntOpt("shutdown_timeout", mutable=True, default=60, min=0,
               help="Seconds a guest gets to shut down by itself before it is powered off."),
    cfg.IntOpt("shelved_offload_time", mutable=True, default=0, min=-1,
               help="Seconds after which a shelved server leaves its host: 0 at once, -1 never.  Read by the API and "
                    "by conductors."),
    cfg.IntOpt("shelved_poll_interval", mutable=True, default=3600, min=1,
               help="Seconds between a conductor's looks for shelved servers whose shelved_offload_time is over."),
    cfg.IntOpt("fence_after", default=0, min=0,
               help="Self-fencing: seconds without a heartbeat that a conductor has confirmed after which this host "
                    "stops its guests and takes no orders until it is heard again; only of such a host may others take "
                    "over the work without an operator's word (force-down). Several times the seconds that a restart "
                    "of the broker or the database takes. 0: never."),
    cfg.FloatOpt("cpu_allocation_ratio", default=4.0, min=0.1,
               help="Virtual CPUs claimed per physical one; cpu_allocation_ratio of the host's aggregates goes first."),
    cfg.FloatOpt("ram_allocation_ratio", default=1.0, min=0.1,
               help="Memory claimed per physical; ram_allocation_ratio of the host's aggregates goes first."),
    cfg.FloatOpt("disk_allocation_ratio", default=1.0, min=0.1,
               help="Disk claimed per physical; disk_allocation_ratio of the host's aggregates goes first."),
    cfg.IntOpt("reserved_host_cpus", default=0, min=0, help="CPUs kept for the host."),
    cfg.IntOpt("reserved_host_memory_mb", default=512, min=0, help="MiB kept for the host."),
    cfg.IntOpt("reserved_host_disk_mb", default=0, min=0, help="MiB of disk kept for the host."),
    cfg.ListOpt("compute_monitors", mutable=True, default=[], item_type=types.String(choices=["cpu.virt_driver"]),
                deprecated_group="DEFAULT",
                help="What the host measures and tells with heartbeats, for the scheduler's MetricsWeigher: "
                     "cpu.virt_driver (cpu.percent, cpu.idle.percent, cpu.frequency …)."),
    cfg.StrOpt("default_ephemeral_format", default="ext4", help="Filesystem of ephemeral disks."),
]
