"""What a line of the log tells of the work it belongs to, in both forms."""
import io
import json
import logging

import pytest
from oslo_context import context as oslo_context
from oslo_log import formatters
from oslo_log import log as oslo_log

from nova_lite.conf import CONF
from nova_lite.context import RequestContext, working
from nova_lite.rpc import _server_of

UUID = "0e44cc9c-e052-415d-afbf-000000000001"
TOKEN = "gAAAA-a-token"


@pytest.fixture(params=[formatters.ContextFormatter, formatters.JSONFormatter])
def lines(request):
    """A logger and what it has written."""
    oslo_log.register_options(CONF)
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(request.param(config=CONF) if request.param is formatters.ContextFormatter
                         else request.param())
    logger = logging.getLogger("tests.log_context")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield logger, out, request.param is formatters.JSONFormatter
    logger.removeHandler(handler)


def test_request_and_server_are_in_every_line_and_the_token_in_none(lines):
    logger, out, is_json = lines
    context = RequestContext(user_id="u1", project_id="p1", auth_token=TOKEN, request_id="req-1", overwrite=False)
    with working(context, UUID):
        logger.info("stopping")
    text = out.getvalue()
    assert "req-1" in text and UUID in text and TOKEN not in text
    if is_json:
        line = json.loads(text)
        assert (line["context"]["request_id"], line["context"]["resource_uuid"]) == ("req-1", UUID)
    else:
        assert "req-1 u1 p1 " in text and f"] [instance: {UUID}] stopping" in text


def test_the_thread_forgets_it_afterwards_also_within_other_work():
    before = oslo_context.get_current()             # what another test has left in this thread
    outer = RequestContext(request_id="req-outer", overwrite=False)
    with working(outer):
        with working(RequestContext(request_id="req-inner", overwrite=False), UUID):
            assert oslo_context.get_current().resource_uuid == UUID
        assert oslo_context.get_current() is outer and outer.resource_uuid is None
    assert oslo_context.get_current() is before


@pytest.mark.parametrize("arguments", [
    {"order": {"instance_uuid": UUID}}, {"report": {"order": {"instance_uuid": UUID}}}, {"instance_uuid": UUID},
    {"orders": [{"instance_uuid": UUID}]}, {"spec_obj": {"orders": [{"instance_uuid": UUID}]}},
    {"requests": [{"spec_obj": {"orders": [{"instance_uuid": UUID}]}}]}])
def test_a_message_is_about_a_server(arguments):
    assert _server_of(arguments) == UUID


def test_a_message_about_several_servers_is_about_none():
    assert _server_of({"orders": [{"instance_uuid": "a"}, {"instance_uuid": "b"}]}) is None
    assert _server_of({}) is None
