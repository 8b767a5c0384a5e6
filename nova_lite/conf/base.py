"""Options of every process."""
from oslo_config import cfg

from nova_lite import usage_period

GROUP = "DEFAULT"
OPTS = [
    cfg.StrOpt("host", default="", help="Name of this host in RPC topics and tables; empty: the hostname."),
    cfg.StrOpt("state_path", default="/var/lib/nova-lite",
               help="Directory of everything kept on disk: instances, image cache, images, keys."),
    cfg.IntOpt("report_interval", mutable=True, default=30, min=1,
               help="Seconds between heartbeats of an idle service (jittered by a tenth). A host with open "
                    "work reports every [workflow] step_lease / 3."),
    cfg.IntOpt("service_down_time", mutable=True, default=75, min=2,
               help="Seconds without a heartbeat after which a service counts as down."),
    cfg.BoolOpt("resume_guests_state_on_host_boot", default=False,
                help="When a compute host starts (or was fenced), start the guests of ACTIVE servers that ran when it "
                     "was last heard; else these servers become SHUTOFF."),
    cfg.IntOpt("reclaim_instance_interval", mutable=True, default=0, min=0,
               help="Seconds for which a deleted server is kept, switched off, and can be restored; 0: it is gone at "
                    "once. The same on all API servers and conductors."),
    cfg.BoolOpt("instance_usage_audit", mutable=True, default=False,
                help="When a period of instance_usage_audit_period is over, tell the bus with instance.exists of each "
                     "server that was on a host in it. A conductor does that for all hosts."),
    cfg.StrOpt("instance_usage_audit_period", default="month", regex=usage_period.PATTERN,
               help="Period that usage is told by: hour, day, month or year (UTC), and where it begins: day@18 is a "
                    "day from 18:00 to 18:00, month@15 a month from the 15th on. The same on all API servers and "
                    "conductors."),
    cfg.IntOpt("graceful_shutdown_timeout", mutable=True, default=60, min=1,
               help="Seconds that a service which is told to end (SIGTERM) gets to finish what it has begun; then, or "
                    "at a second SIGTERM, it ends at once, and what it had begun is sent again."),
    cfg.BoolOpt("allow_resize_to_same_host", mutable=True, default=False,
                help="A resize or cold migration may also choose the host on which the server is; its resources are "
                     "claimed there twice until that is confirmed or reverted."),
    cfg.IntOpt("resize_confirm_window", mutable=True, default=0, min=0,
               help="Seconds after which a resize is confirmed if nobody does it; 0: never."),
    cfg.StrOpt("default_availability_zone", default="nova", help="Zone of hosts that are in no aggregate."),
]
