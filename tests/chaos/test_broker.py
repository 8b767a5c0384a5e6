"""The broker is restarted, killed, wiped, away: the API accepts at once, orders wait, all is done after its return."""
import random

import pytest

from nova_lite.rpc import bulk
from tests.chaos import broker as brokers
from tests.chaos import cloud as clouds
from tests.chaos.faults import BROKER, needing
from tests.chaos.rounds import play
from tests.integration.databases import create, statuses
from tests.waiting import wait

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
RATE = 10               # requests a second


@pytest.fixture(scope="module")
def cloud():
    with brokers.running() as broker, clouds.running(broker=broker) as found:
        yield found


def test_queues_and_channels_are_as_they_must_be(cloud):
    """Before any fault: a channel that was made anew says that it wants confirms with its first message only; so is
    one that was opened just now."""
    demo = cloud.deployment.connect()
    server = demo.compute.wait_for_server(create(demo, "one", networks="none"), wait=60)
    demo.compute.get_server_console_output(server)      # the API has its reply queue now
    queues = {q["name"]: q for q in cloud.broker.control("list_queues", "name", "type", "durable",
                                                        "auto_delete")}
    ours = {name: queue for name, queue in queues.items() if "fanout" not in name}
    for name in ("conductor", "scheduler", *(f"compute.{host}" for host in cloud.deployment.hosts)):
        assert name in ours
    assert any(name.startswith("reply_") for name in ours)
    heartbeats = ours.pop("heartbeats")                 # one may be lost with its broker, and no other message
    assert (heartbeats["type"], heartbeats["durable"], heartbeats["auto_delete"]) == ("classic", False, False)
    assert {(q["type"], q["durable"], q["auto_delete"]) for q in ours.values()} == {("quorum", True, False)}
    consuming = [channel for channel in _channels(cloud) if channel["consumer_count"]]
    ahead = sorted(c["prefetch_count"] + c["global_prefetch_count"] for c in consuming)
    assert ahead[0] > 0 and ahead[-2] <= 64 and ahead[-1] == bulk.AT_ONCE, "one channel reads heartbeats"
    wait(lambda: _all_confirmed([channel for channel in _channels(cloud) if not channel["consumer_count"]]), 20,
         "publisher confirms")
    demo.compute.delete_server(server)
    wait(lambda: not statuses(demo), 60)


def _channels(cloud) -> list[dict]:
    return cloud.broker.control("list_channels", "name", "confirm", "consumer_count", "prefetch_count",
                                "global_prefetch_count")


def _all_confirmed(sending: list[dict]) -> bool:
    return bool(sending) and all(channel["confirm"] for channel in sending)


@pytest.mark.parametrize("fault", needing(BROKER))
def test_under_load(cloud, fault, record_property):
    played = play(cloud, fault, random.Random(), RATE)
    record_property("answers", vars(played.counts))
    record_property("seconds to rest", played.seconds)
    assert not played.findings, "\n".join(map(str, played.findings)) + "\n" + cloud.deployment.logs()
    assert (played.counts.failed, played.counts.unanswered) == (0, 0), "nobody is told to come again"
    assert not played.failed, f"{played.failed}\n{cloud.deployment.logs()}"
