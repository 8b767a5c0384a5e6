"""Remote consoles: a URL with a token that leads to a guest's screen or serial line, for a while."""
import urllib.parse
import uuid

from nova_lite import exceptions, states
from nova_lite.compute.api.base import Orders
from nova_lite.conf import CONF
from nova_lite.db import console_tokens, session
from nova_lite.models import ConsoleToken, Instance

# Those of Nova's protocols that guests here have: protocol -> the type of its consoles.
TYPES = {"vnc": "novnc", "serial": "serial"}


class Consoles(Orders):
    def remote_console(self, context, instance: Instance, protocol: str, console_type: str) -> str:
        """The URL.  Raises ConsoleTypeUnavailable, ConsoleTypeInvalid (400), InstanceNotReady, InstanceInvalidState
        (409)."""
        if instance.host is None:
            raise exceptions.InstanceNotReady(instance_id=instance.uuid)
        guard = states.ACTIONS["remote_console"]
        if instance.task_state not in guard.task_states:
            raise exceptions.InstanceInvalidState(method=f"get_{protocol}_console", instance_uuid=instance.uuid,
                                                  attr="task_state", state=instance.task_state)
        if protocol not in TYPES or not self._enabled(protocol):
            raise exceptions.ConsoleTypeUnavailable(console_type=console_type)
        if console_type != TYPES[protocol]:
            raise exceptions.ConsoleTypeInvalid(console_type=console_type)
        granted = ConsoleToken(instance.uuid, console_type, self.compute.get_console(context, instance, protocol))
        token = str(uuid.uuid4())
        session.transaction(console_tokens.add)(token, granted, CONF.consoleauth.token_ttl)
        return self._url(protocol, token)

    @staticmethod
    def _enabled(protocol: str) -> bool:
        return CONF.vnc.enabled if protocol == "vnc" else CONF.serial_console.enabled

    @staticmethod
    def _url(protocol: str, token: str) -> str:
        if protocol == "vnc":           # noVNC's page asks its own host for this path
            return f"{CONF.vnc.novncproxy_base_url}?{urllib.parse.urlencode({'path': f'?token={token}'})}"
        return f"{CONF.serial_console.base_url}?token={token}"

    @staticmethod
    def console_token(token: str) -> ConsoleToken:
        """Raises NotFound, also when it has expired."""
        with session.reader() as connection:
            found = console_tokens.find(connection, token)
        if found is None:
            raise exceptions.NotFound("Token not found")
        return found
