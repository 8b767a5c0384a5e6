"""Options of notifications.  Whether there are any is [oslo_messaging_notifications] driver's to say."""
from oslo_config import cfg

GROUP = "notifications"
OPTS = [
    cfg.StrOpt("notification_format", default="versioned", choices=["versioned", "unversioned", "both"],
               help="Which of Nova's notifications are sent when [oslo_messaging_notifications] driver names a driver, "
                    "messagingv2 for example. Unversioned ones are those of servers only (compute.instance.*), and go "
                    "to [oslo_messaging_notifications] topics."),
    cfg.ListOpt("versioned_notifications_topics", default=["versioned_notifications"],
                help="Topics that versioned ones are sent to; each has a queue TOPIC.info and TOPIC.error."),
    cfg.StrOpt("notify_on_state_change", mutable=True, choices=["vm_state", "vm_and_task_state"],
               help="Which changes of a server's state are instance.update notifications too, and whether a new name "
                    "is one; unset: none."),
    cfg.StrOpt("default_level", default="INFO", choices=["DEBUG", "INFO", "WARN", "ERROR", "CRITICAL"],
               help="Priority of notifications that tell of no error."),
    cfg.FloatOpt("drain_interval", mutable=True, default=0.5, min=0.05,
                 help="Seconds between looks of a conductor for what is to be sent."),
]
DRIVERS = "oslo_messaging_notifications"


def enabled(conf) -> bool:
    """Whether anything is sent.  The option is oslo.messaging's; a process without a bus has not registered it."""
    return DRIVERS in conf and any(driver != "noop" for driver in conf[DRIVERS].driver)
