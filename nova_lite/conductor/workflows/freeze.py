"""Pause and unpause (the CPUs stand still), suspend and resume (memory is saved to a file, the guest is off)."""
from nova_lite.conductor.workflows.one_step import workflow

PAUSE = workflow("pause", "paused", "pause_failed")
UNPAUSE = workflow("unpause", "unpaused", "unpause_failed")
SUSPEND = workflow("suspend", "suspended", "suspend_failed")
RESUME = workflow("resume", "resumed", "resume_failed")
