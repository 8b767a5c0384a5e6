"""What was done to a server."""
from nova_lite.db import actions, session
from nova_lite.models import Action, Event


class History:
    def actions(self, context, uuid: str) -> list[Action]:
        """Newest first."""
        with session.reader() as connection:
            return actions.of_instance(connection, uuid)

    def action(self, context, uuid: str, request_id: str) -> tuple[Action, list[Event]]:
        """Raises ActionNotFound."""
        with session.reader() as connection:
            action = actions.by_request(connection, uuid, request_id)
            return action, actions.events(connection, [action.id])[action.id]

    def traces(self, context, uuid: str) -> list[tuple[Action, list[Event]]]:
        """Every action with its hops, oldest first."""
        with session.reader() as connection:
            found = actions.of_instance(connection, uuid)[::-1]
            hops = actions.events(connection, [action.id for action in found])
        return [(action, hops[action.id]) for action in found]
