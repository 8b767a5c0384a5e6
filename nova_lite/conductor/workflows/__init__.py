"""All workflows, one file each; ``WORKFLOWS`` maps the name in an order to its steps."""
from nova_lite.conductor.workflows.build import BUILD
from nova_lite.conductor.workflows.confirm_resize import CONFIRM_RESIZE
from nova_lite.conductor.workflows.delete import DELETE
from nova_lite.conductor.workflows.freeze import PAUSE, RESUME, SUSPEND, UNPAUSE
from nova_lite.conductor.workflows.guest_orders import CHANGE_PASSWORD, TRIGGER_CRASH_DUMP
from nova_lite.conductor.workflows.image import CREATE_BACKUP, CREATE_IMAGE
from nova_lite.conductor.workflows.interfaces import ATTACH_INTERFACE, DETACH_INTERFACE
from nova_lite.conductor.workflows.power import REBOOT, START, STOP
from nova_lite.conductor.workflows.rebuild import REBUILD
from nova_lite.conductor.workflows.rescue import RESCUE, UNRESCUE
from nova_lite.conductor.workflows.resize import RESIZE
from nova_lite.conductor.workflows.revert_resize import REVERT_RESIZE
from nova_lite.conductor.workflows.shelve import SHELVE, SHELVE_OFFLOAD
from nova_lite.conductor.workflows.soft_delete import RESTORE, SOFT_DELETE
from nova_lite.conductor.workflows.unshelve import UNSHELVE

WORKFLOWS = {workflow.name: workflow for workflow in (
    ATTACH_INTERFACE, DETACH_INTERFACE, CHANGE_PASSWORD, TRIGGER_CRASH_DUMP,
    CREATE_IMAGE, CREATE_BACKUP, SHELVE, SHELVE_OFFLOAD, UNSHELVE,
    BUILD, DELETE, START, STOP, REBOOT, PAUSE, UNPAUSE, SUSPEND, RESUME, REBUILD, RESCUE, UNRESCUE, RESIZE,
    CONFIRM_RESIZE, REVERT_RESIZE, SOFT_DELETE, RESTORE)}
