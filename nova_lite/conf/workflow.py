"""Options of the action engine."""
from oslo_config import cfg

GROUP = "workflow"
OPTS = [
    cfg.FloatOpt("step_lease", mutable=True, default=20, min=0.1,
               help="Seconds after which a step that nobody reports on is sent again. A host extends the "
                    "lease of what it runs with its heartbeats."),
    cfg.IntOpt("step_retries", mutable=True, default=2, min=0, help="Times a step is sent again before it is undone."),
    cfg.IntOpt("build_timeout", mutable=True, default=900, min=1, help="Seconds a host may work on one build."),
    cfg.IntOpt("move_timeout", mutable=True, default=3600, min=1,
               help="Seconds a host may work on setting a server's disks aside, or on fetching them."),
    cfg.IntOpt("step_timeout", mutable=True, default=300, min=1, help="Seconds a host may work on any other step."),
    cfg.IntOpt("answer_timeout", mutable=True, default=60, min=1,
               help="Seconds a host may take for what a request waits for (changePassword)."),
    cfg.IntOpt("interface_timeout", mutable=True, default=60, min=1,
               help="Seconds a host may take to attach an interface; the request waits for it."),
    cfg.IntOpt("snapshot_timeout", mutable=True, default=3600, min=1,
               help="Seconds a host may work on one image of a server: copy its disk and send the copy."),
    cfg.FloatOpt("sweep_interval", mutable=True, default=5.0, min=0.05,
                 help="Seconds between looks for overdue steps."),
    cfg.FloatOpt("fold_interval", mutable=True, default=1.0, min=0.01,
                 help="Seconds for which heartbeats are gathered into one statement."),
    cfg.FloatOpt("select_timeout", mutable=True, default=15, min=0.1,
                 help="Seconds to wait for the scheduler's choice."),
    cfg.IntOpt("patience", mutable=True, default=60, min=0,
               help="Seconds for which a conductor tries to write a host's report, and a host tries a step, again "
                    "while the database or another service they need is away. Then the step counts as failed, or "
                    "the sweeper sends it again."),
]
