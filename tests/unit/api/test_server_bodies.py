"""What the servers' handlers and views decide without a request."""
import datetime

import pytest

from nova_lite import exceptions
from nova_lite.api.handlers import server_actions, server_create
from nova_lite.api.microversions import APIVersion
from nova_lite.api.views import instance_actions, ips, servers
from nova_lite.db import server_query
from nova_lite.models import Action, FixedIP, Network, Vif

AT = datetime.datetime(2026, 11, 23, 8, 12)


@pytest.mark.parametrize(("text", "parts"), [
    (None, (None, None, None)), ("nova", ("nova", None, None)), ("nova:h", ("nova", "h", None)),
    ("nova:h:n", ("nova", "h", "n")), ("nova::n", ("nova", None, "n")), (":h", (None, "h", None))])
def test_zone_host_and_node(text, parts):
    assert server_create._availability_zone(text) == parts


@pytest.mark.parametrize("text", ["nova:", "nova::", "a:b:c:d", ":"])
def test_bad_zones(text):
    with pytest.raises(exceptions.Invalid):
        server_create._availability_zone(text)


@pytest.mark.parametrize(("reference", "identifier"), [
    ("1", "1"), (1, "1"), ("http://h/v2.1/flavors/m1.tiny", "m1.tiny"), ("http://h/flavors/1/", "1"),
    ("http://h/flavors/1?x=y", "1")])
def test_an_id_out_of_a_url(reference, identifier):
    assert server_create._last_part(reference) == identifier


@pytest.mark.parametrize(("step", "host", "event"), [
    ("build_and_run_instance", "h1", "compute__do_build_and_run_instance"), ("stop_instance", "h1",
                                                                            "compute_stop_instance"),
    ("schedule", None, "conductor_schedule")])
def test_name_of_a_running_step(step, host, event):
    action = Action(1, "uuid", "create", "build", "req-1", "u", "p", AT, step=step, step_host=host, step_started_at=AT)
    running = instance_actions.running(action)
    assert (running.event, running.host, running.start, running.finish) == (event, host or "", AT, None)


def test_networks_keep_the_order_of_interfaces_and_a_network_without_addresses_is_shown():
    vifs = [Vif("1", "m1", Network("n1", "b")), Vif("2", "m2", Network("n2", "a"), (FixedIP("10.0.0.1", "s"),)),
            Vif("3", "m3", Network("n1", "b"), (FixedIP("fd00::1", "s", 6),))]
    assert list(ips.addresses(vifs, extended=False).items()) == [
        ("b", [{"version": 6, "addr": "fd00::1"}]), ("a", [{"version": 4, "addr": "10.0.0.1"}])]


def test_host_id():
    assert servers.host_id("p", None) == "" != servers.host_id("p", "h") != servers.host_id("q", "h")


@pytest.mark.parametrize(("pattern", "each"), [
    ("10.0", "10.0"), ("^10", "(^| )10"), ("5$", "5( |$)"), ("^a$", "(^| )a( |$)"), ("a\\$", "a\\$"), ("", "")])
def test_an_address_of_a_list(pattern, each):
    assert server_query._each(pattern) == each


def test_actions_by_microversion():
    action = server_actions.ServerAction(None, "", (), min_version="2.17", max_version="2.43")
    assert [action.exists_at(APIVersion(v)) for v in ("2.16", "2.17", "2.43", "2.44")] == [False, True, True, False]
