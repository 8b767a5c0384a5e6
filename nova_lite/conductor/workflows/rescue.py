"""Rescue (the guest runs from a rescue image, its own root disk beside it) and unrescue (from its own disk again)."""
from nova_lite.conductor.workflows.one_step import workflow

RESCUE = workflow("rescue", "rescued", "rescue_failed", timeout="build_timeout")
UNRESCUE = workflow("unrescue", "unrescued", "unrescue_failed")
