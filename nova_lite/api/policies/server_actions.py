"""What may be done to a server by ``POST /servers/{id}/action``."""
from nova_lite.api.policies import ADMIN, MANAGER, MEMBER, documented

START = "os_compute_api:servers:start"
STOP = "os_compute_api:servers:stop"
REBOOT = "os_compute_api:servers:reboot"
PAUSE = "os_compute_api:os-pause-server:pause"
UNPAUSE = "os_compute_api:os-pause-server:unpause"
SUSPEND = "os_compute_api:os-suspend-server:suspend"
RESUME = "os_compute_api:os-suspend-server:resume"
REBUILD = "os_compute_api:servers:rebuild"
RESCUE = "os_compute_api:os-rescue"
UNRESCUE = "os_compute_api:os-unrescue"
CREATE_IMAGE = "os_compute_api:servers:create_image"
CREATE_BACKUP = "os_compute_api:os-create-backup"
RESIZE = "os_compute_api:servers:resize"
CONFIRM_RESIZE = "os_compute_api:servers:confirm_resize"
REVERT_RESIZE = "os_compute_api:servers:revert_resize"
MIGRATE = "os_compute_api:os-migrate-server:migrate"
MIGRATE_HOST = "os_compute_api:os-migrate-server:migrate:host"
REMOTE_CONSOLES = "os_compute_api:os-remote-consoles"      # a rule of policies.remote_consoles
MIGRATE_LIVE = "os_compute_api:os-migrate-server:migrate_live"
EVACUATE = "os_compute_api:os-evacuate"
CHANGE_PASSWORD = "os_compute_api:os-admin-password"
TRIGGER_CRASH_DUMP = "os_compute_api:servers:trigger_crash_dump"
ADD_SECURITY_GROUP = "os_compute_api:os-security-groups:add"
REMOVE_SECURITY_GROUP = "os_compute_api:os-security-groups:remove"
SHELVE = "os_compute_api:os-shelve:shelve"
SHELVE_OFFLOAD = "os_compute_api:os-shelve:shelve_offload"
UNSHELVE = "os_compute_api:os-shelve:unshelve"
UNSHELVE_TO_HOST = "os_compute_api:os-shelve:unshelve_to_host"
CONSOLE_OUTPUT = "os_compute_api:os-console-output"
LOCK = "os_compute_api:os-lock-server:lock"
UNLOCK = "os_compute_api:os-lock-server:unlock"
UNLOCK_OVERRIDE = "os_compute_api:os-lock-server:unlock:unlock_override"
RESET_STATE = "os_compute_api:os-admin-actions:reset_state"
RESTORE = "os_compute_api:os-deferred-delete:restore"
INJECT_NETWORK_INFO = "os_compute_api:os-admin-actions:inject_network_info"
FORCE_DELETE = "os_compute_api:os-deferred-delete:force"
_PATH = "/servers/{server_id}/action"


def _action(name: str, check: str, description: str, key: str):
    return documented(name, check, description, ("POST", f"{_PATH} ({key})"))


rules = [
    _action(START, MEMBER, "Start a server.", "os-start"),
    _action(STOP, MEMBER, "Stop a server.", "os-stop"),
    _action(REBOOT, MEMBER, "Reboot a server.", "reboot"),
    _action(PAUSE, MEMBER, "Pause a server.", "pause"),
    _action(UNPAUSE, MEMBER, "Unpause a server.", "unpause"),
    _action(SUSPEND, MEMBER, "Suspend a server.", "suspend"),
    _action(RESUME, MEMBER, "Resume a server.", "resume"),
    _action(REBUILD, MEMBER, "Rebuild a server.", "rebuild"),
    _action(RESCUE, MEMBER, "Rescue a server.", "rescue"),
    _action(UNRESCUE, MEMBER, "Unrescue a server.", "unrescue"),
    _action(CREATE_IMAGE, MEMBER, "Make an image of a server.", "createImage"),
    _action(CREATE_BACKUP, MEMBER, "Make an image of a server, and delete older ones.", "createBackup"),
    _action(RESIZE, MEMBER, "Resize a server.", "resize"),
    _action(CONFIRM_RESIZE, MEMBER, "Confirm a resize.", "confirmResize"),
    _action(REVERT_RESIZE, MEMBER, "Revert a resize.", "revertResize"),
    _action(MIGRATE, MANAGER, "Cold migrate a server.", "migrate"),
    _action(MIGRATE_HOST, ADMIN, "Cold migrate a server to a host by name.", "migrate"),
    _action(MIGRATE_LIVE, MANAGER, "Migrate a running server.", "os-migrateLive"),
    _action(EVACUATE, ADMIN, "Build a server of a dead host elsewhere.", "evacuate"),
    _action(CHANGE_PASSWORD, MEMBER, "Change the password of a server's administrator.", "changePassword"),
    _action(TRIGGER_CRASH_DUMP, MEMBER, "Have a server's guest dump its memory.", "trigger_crash_dump"),
    _action(ADD_SECURITY_GROUP, MEMBER, "Put a server into a security group.", "addSecurityGroup"),
    _action(REMOVE_SECURITY_GROUP, MEMBER, "Take a server out of a security group.", "removeSecurityGroup"),
    _action(SHELVE, MEMBER, "Shelve a server.", "shelve"),
    _action(SHELVE_OFFLOAD, ADMIN, "Take a shelved server from its host.", "shelveOffload"),
    _action(UNSHELVE, MEMBER, "Unshelve a server.", "unshelve"),
    _action(UNSHELVE_TO_HOST, ADMIN, "Unshelve a server on a chosen host.", "unshelve"),
    _action(CONSOLE_OUTPUT, MEMBER, "Read a server's console.", "os-getConsoleOutput"),
    _action(LOCK, MEMBER, "Lock a server.", "lock"),
    _action(UNLOCK, MEMBER, "Unlock a server.", "unlock"),
    _action(UNLOCK_OVERRIDE, ADMIN, "Unlock a server that somebody else has locked.", "unlock"),
    _action(INJECT_NETWORK_INFO, ADMIN, "Have a server's addresses read anew.", "injectNetworkInfo"),
    _action(RESET_STATE, ADMIN, "Say that a server is active or in error, whatever its row says.", "os-resetState"),
    _action(RESTORE, MEMBER, "Restore a server that is deleted and kept.", "restore"),
    _action(FORCE_DELETE, MEMBER, "Delete a server at once.", "forceDelete"),
]
