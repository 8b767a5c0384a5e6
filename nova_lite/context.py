"""Who asks: carried through every layer and every message."""
import contextlib
import copy

from oslo_context import context as oslo_context


class RequestContext(oslo_context.RequestContext):
    """oslo.context's, with Nova's habit that an admin is whoever has the role ``admin``."""

    # These stay in the process:
    began = None                    # when the API took the request (naive UTC), for the trace
    idempotency_key = None          # the request's IdempotencyKey, if this is the first one with it

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "admin" in (self.roles or ()):
            self.is_admin = True


def admin_context(request_id: str | None = None) -> RequestContext:
    """The context of nova-lite's own work (sweeper, periodic tasks)."""
    return RequestContext(user_id="nova", project_id="service", roles=["admin", "service"],
                          is_admin=True, overwrite=False, request_id=request_id)


def from_dict(values: dict) -> RequestContext:
    """A context out of a message; unknown keys are dropped (a newer sender)."""
    return RequestContext.from_dict(values, overwrite=False)


@contextlib.contextmanager
def working(context: RequestContext, server_uuid: str | None = None):
    """This thread works for ``context``, on one server: every line it logs meanwhile carries the request's id and
    the server's uuid (oslo.log takes both from oslo.context's thread-local store)."""
    before = oslo_context.get_current()
    if server_uuid:
        context = copy.copy(context)
        context.resource_uuid = server_uuid
    context.update_store()
    try:
        yield
    finally:
        if before is not None:
            before.update_store()
        else:
            del oslo_context._request_store.context         # as oslo.context's own fixture does: it has no other way
