"""Holds every answer of the compute API that a functional test gets to what the route's handler declares."""
import pytest

from nova_lite import exceptions
from nova_lite.api import app, faults, validation
from nova_lite.api.handlers import server_actions
from tools.docs import openapi


def declared(handler, request) -> list[validation.Answer]:
    """The answers that the handler may give to this request."""
    if handler is server_actions.dispatch:
        handler = server_actions.ACTIONS[next(iter(request.parsed_body))]
    return [answer for answer in handler.answers if answer.exists_at(request.version)]


def problem(request, answer) -> str | None:
    """What is wrong with a good answer of a handler; None when it is as declared."""
    route = request.environ.get("nova_lite.route")
    if route is None:
        return None                                     # not routed: a version document, a 404
    what = f"{route.method} {request.path_qs} at {request.version}: {answer.status_code}"
    may_be = [item for item in declared(app._load(route.handler), request) if item.code == answer.status_code]
    # an action may be answered with a body or without one
    expected = next((item for item in may_be if bool(item.schemas) == bool(answer.body)), next(iter(may_be), None))
    if expected is None:
        return None if answer.status_code == 404 and not answer.body.startswith(b"{") else f"{what} is not declared"
    if not expected.schemas:
        return f"{what} has a body: {answer.text[:300]}" if answer.body else None
    try:
        validation.check(validation.pick(expected.schemas, request.version), answer.json)
    except exceptions.ValidationError as error:
        return f"{what}: {error} in {answer.text[:1000]}"
    return None


@pytest.fixture(autouse=True, scope="session")
def _watched():
    """The problems of the whole session; ``every_answer_is_as_declared`` looks at those of one test."""
    found, patch = [], pytest.MonkeyPatch()
    dispatch, response = app.Router._dispatch, faults.response

    def watched_dispatch(self, request):
        answer = dispatch(self, request)
        if wrong := problem(request, answer):
            found.append(wrong)
        return answer

    def watched_fault(error):
        answer = response(error)
        try:
            validation.check(openapi.FAULT, answer.json)
        except exceptions.ValidationError as wrong:
            found.append(f"fault {answer.text}: {wrong}")
        return answer
    patch.setattr(app.Router, "_dispatch", watched_dispatch)
    patch.setattr(faults, "response", watched_fault)
    yield found
    patch.undo()


@pytest.fixture(autouse=True)
def every_answer_is_as_declared(_watched):
    _watched.clear()
    yield
    assert not _watched, "\n".join(_watched)
