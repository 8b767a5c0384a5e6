"""What can go wrong with a step of a workflow, arranged by fail-points and by the messages that carry it.

Used by test_every_step.py: make a ``Request``, arrange a condition or a death, then call the request.
"""
import contextlib
import threading
import time

import pytest
from oslo_messaging._drivers import impl_fake

from nova_lite import exceptions, failpoints, rpc
from nova_lite.compute.api import RebuildRequest
from nova_lite.conductor.rpcapi import ReportsAPI
from nova_lite.conductor.workflow import HOST
from nova_lite.models import NetworkRequest
from tests.functional import killing
from tests.functional.cluster import (
    FAILED,
    OFFLOADED,
    PAUSED,
    RESCUED,
    RESIZED,
    SHELVED,
    SOFT_DELETED,
    STOPPED,
    SUSPENDED,
)
from tests.places import SCHEDULED, all_places


def _active(cluster, **values):
    return cluster.made(**values)


def _stopped(cluster, **values):
    server = cluster.made(**values)
    cluster.api.stop(cluster.context, server)
    return cluster.wait([server], STOPPED)[0]


def _paused(cluster, **values):
    server = cluster.made(**values)
    cluster.api.pause(cluster.context, server)
    return cluster.wait([server], PAUSED)[0]


def _suspended(cluster, **values):
    server = cluster.made(**values)
    cluster.api.suspend(cluster.context, server)
    return cluster.wait([server], SUSPENDED)[0]


def _rescued(cluster, **values):
    server = cluster.made(**values)
    cluster.api.rescue(cluster.context, server, "secret")
    return cluster.wait([server], RESCUED)[0]


def _on_a_dead_host(cluster, **values):
    """It runs on, and is taken for dead until ``recover``."""
    server = cluster.made(**values)
    cluster.mark_dead(server.host)
    return server


def _detach(cluster, server):
    cluster.api.detach_interface(cluster.context, server, server.network_info[0].id)


def _kept_when_deleted(cluster, **values):
    cluster.override(None, reclaim_instance_interval=3600)
    return cluster.made(**values)


def _soft_deleted(cluster, **values):
    server = _kept_when_deleted(cluster, **values)
    cluster.api.delete(cluster.context, server)
    return cluster.wait([server], SOFT_DELETED)[0]


def _without_host(cluster, **values):
    return cluster.made(FAILED, force_host="nowhere")


def _move(cluster, server, to=None):
    """To another flavor, on any other host; to a host by its name with the same flavor."""
    if to is None:
        cluster.api.resize(cluster.context, server, cluster.api.flavor(cluster.context, "2"))
    else:
        cluster.api.migrate(cluster.context, server, to)


def _resized(cluster, to=None, **values):
    server = cluster.made(**values)
    _move(cluster, server, to)
    return cluster.wait([server], RESIZED)[0]


# Steps of an order before which the same host does another one.
DONE_BEFORE = ("finish_resize", "shelve_offload_instance")
# Steps of a host with a guest that may run elsewhere afterwards: of a fenced host none runs on.
FENCED = ("finish_resize", "revert_resize")
# Steps of moves that the host does which the server comes to.
REACHED = ("prep_resize", "finish_resize", "revert_resize")
# {way: (the server there must be before: cluster -> server; the request: cluster, server -> None)}
REQUESTS = {
    "create": (None, None),
    "delete": (_active, lambda cluster, server: cluster.api.delete(cluster.context, server)),
    "delete without a host": (_without_host, lambda cluster, server: cluster.api.delete(cluster.context, server)),
    "start": (_stopped, lambda cluster, server: cluster.api.start(cluster.context, server)),
    "stop": (_active, lambda cluster, server: cluster.api.stop(cluster.context, server)),
    "pause": (_active, lambda cluster, server: cluster.api.pause(cluster.context, server)),
    "unpause": (_paused, lambda cluster, server: cluster.api.unpause(cluster.context, server)),
    "suspend": (_active, lambda cluster, server: cluster.api.suspend(cluster.context, server)),
    "resume": (_suspended, lambda cluster, server: cluster.api.resume(cluster.context, server)),
    "rebuild": (_active, lambda cluster, server: cluster.api.rebuild(
        cluster.context, server, RebuildRequest(cluster.image.id, "secret"))),
    "rescue": (_active, lambda cluster, server: cluster.api.rescue(cluster.context, server, "secret")),
    "unrescue": (_rescued, lambda cluster, server: cluster.api.unrescue(cluster.context, server)),
    "resize": (_active, _move),
    "confirm resize": (_resized, lambda cluster, server: cluster.api.confirm_resize(cluster.context, server)),
    "revert resize": (_resized, lambda cluster, server: cluster.api.revert_resize(cluster.context, server)),
    "soft delete": (_kept_when_deleted, lambda cluster, server: cluster.api.delete(cluster.context, server)),
    "restore": (_soft_deleted, lambda cluster, server: cluster.api.restore(cluster.context, server)),
    "reboot": (_active, lambda cluster, server: cluster.api.reboot(cluster.context, server, "SOFT")),
    "change the password": (_active, lambda cluster, server: cluster.api.change_password(
        cluster.context, server, "new")),
    "trigger a crash dump": (_active, lambda cluster, server: cluster.api.trigger_crash_dump(cluster.context, server)),
    "attach an interface": (_active, lambda cluster, server: cluster.api.attach_interface(
        cluster.context, server, NetworkRequest(network_id=server.network_info[0].network.id))),
    "detach an interface": (_active, _detach),
    "detach on a dead host": (_on_a_dead_host, _detach),
}


def _without_room(way):
    """The same, and the driver fails to copy the disk."""
    before, act = REQUESTS[way]

    def request(cluster, server):
        cluster.override("fake", fail_operations=["snapshot"])
        act(cluster, server)
    return before, request


def _shelved(cluster, **values):
    """Still on its host."""
    cluster.override("compute", shelved_offload_time=-1)
    server = cluster.made(**values)
    cluster.api.shelve(cluster.context, server)
    return cluster.wait([server], SHELVED)[0]


def _offloaded(cluster, **values):
    server = cluster.made(**values)
    cluster.api.shelve(cluster.context, server)
    return cluster.wait([server], OFFLOADED)[0]


def _backup(cluster, server):
    cluster.api.create_backup(cluster.context, server, "backup", "daily", 1, {})


REQUESTS |= {
    "createImage": (_active, lambda cluster, server: cluster.api.create_image(cluster.context, server, "image", {})),
    "createBackup": (_active, _backup),
    "shelve": (_active, lambda cluster, server: cluster.api.shelve(cluster.context, server)),
    "shelveOffload": (_shelved, lambda cluster, server: cluster.api.shelve_offload(cluster.context, server)),
    "unshelve": (_shelved, lambda cluster, server: cluster.api.unshelve(cluster.context, server)),
    # where the hosts of these tests die
    "unshelve elsewhere": (_offloaded, lambda cluster, server: cluster.api.unshelve(cluster.context, server,
                                                                                    host=cluster.hosts[0]))}
REQUESTS["createImage without room"] = _without_room("createImage")


class Request:
    """A request that is ready to be made; a call makes it and gives its server.

    ``step``: one that the cluster's first host is to do, if a host does it; None: any may.
    """

    def __init__(self, cluster, way: str, step: str | None = None):
        self._cluster, (before, self._act), first_host = cluster, REQUESTS[way], cluster.hosts[0]
        self._values, self._more = {}, {}
        if step in REACHED:
            self._values, to = {"force_host": cluster.hosts[1]}, {"to": first_host}
        elif step is not None:
            self._values, to = {"force_host": first_host}, {}
        else:
            to = {}
        if self._act is _move:
            self._more, to = to, {}
        self._server = before(cluster, **to, **self._values) if before else None

    def __call__(self):
        try:
            if self._act:
                self._act(self._cluster, self._server, **self._more)
            else:
                self._cluster.create(**self._values)
        except SystemExit:
            pass                                   # the API's process died: the client has no answer
        [server] = self._cluster.servers() or [self._server]
        return server


def first(function):
    """``function`` for the first call, nothing for all others."""
    called = threading.Lock()
    return lambda: function() if called.acquire(blocking=False) else None


def fail():
    raise exceptions.NovaLiteError("A test made it fail.")


# -- conditions: each is armed while the request is made, and yields what is still to be done after the order's end ---
def _nothing():
    pass


def _at(step, moment: str) -> str:
    return f"{'compute' if step.where == HOST else 'conductor'}.{step.name}.{moment}"


@contextlib.contextmanager
def _fails_once(cluster, step):
    with failpoints.armed({_at(step, "work"): first(fail)}):
        yield _nothing


@contextlib.contextmanager
def _fails_always(cluster, step):
    with failpoints.armed({_at(step, "work"): fail}):
        yield _nothing


@contextlib.contextmanager
def _undo_fails_once(cluster, step):
    with failpoints.armed({_at(step, "work"): first(fail), f"conductor.{step.name}.undo": first(fail)}):
        yield _nothing


class _Delivery:
    """The message that brings a step to whoever does it, as it was first sent; ``again`` brings it once more."""

    def __init__(self, cluster, step):
        self._cluster, self._step, self._kept = cluster, step, None

    @contextlib.contextmanager
    def watched(self):
        real = rpc.Client.cast

        def cast(client, context, method, *, server=None, **arguments):
            orders = arguments.get("orders") or [arguments.get("order") or {}]
            if self._kept is None and method != "report" and orders[0].get("step") == self._step.name:
                self._kept = context, method, server, arguments
            return real(client, context, method, server=server, **arguments)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(rpc.Client, "cast", cast)
            yield

    def again(self):
        """Taken by the service when this returns, and worked on if it was to be."""
        context, method, server, arguments = self._kept
        if self._step.where != HOST:
            getattr(self._cluster.parts("conductor")["manager"], method)(context, **arguments)
            return
        service = self._cluster.parts(server)["service"]
        getattr(service.manager, method)(context, **{**arguments, "sent_at": time.time()})


@contextlib.contextmanager
def _twice(cluster, step):
    delivery = _Delivery(cluster, step)
    with delivery.watched():
        yield delivery.again


@contextlib.contextmanager
def _twice_at_once(cluster, step):
    """On a host the second comes while the first is at work; two conductors' threads do the step side by side."""
    delivery, both = _Delivery(cluster, step), threading.Barrier(2)
    threads = []

    def second():
        if step.where == HOST:
            delivery.again()
        else:
            threads.append(threading.Thread(target=delivery.again))
            threads[0].start()

    def meet():
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(5)
    places = {_at(step, "begin"): first(second)}
    if step.where != HOST:
        places[_at(step, "work")] = meet
    with delivery.watched(), failpoints.armed(places):
        yield lambda: [thread.join() for thread in threads]


@contextlib.contextmanager
def _reports(step, *instead):
    """The first reports of hosts on the step are not sent: ``instead``, a function for each, gets (context, report)."""
    real, waiting = ReportsAPI.report, list(instead)

    def report(api, context, report):
        if report.order.step != step.name or not waiting:
            return real(api, context, report)
        waiting.pop(0)(context, report)
        return True
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ReportsAPI, "report", report)
        yield


@contextlib.contextmanager
def _report_is_lost(cluster, step):
    if step.where == HOST:
        with _reports(step, lambda *_: None):
            yield _nothing
        return
    real = impl_fake.FakeIncomingMessage.reply               # the scheduler's answer is what tells of the step
    lose = first(lambda: True)

    def reply(message, *args, **kwargs):
        if message.message["method"] != "select_destinations" or not lose():
            real(message, *args, **kwargs)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(impl_fake.FakeIncomingMessage, "reply", reply)
        yield _nothing


@contextlib.contextmanager
def _report_comes_late(cluster, step):
    """While the newer attempt is at work, and once more when that has been reported."""
    if step.where == HOST:
        held, rows = [], []

        def too_late(context, report):                       # in the host's thread: nobody would hear it fail
            engine = cluster.parts("conductor")["engine"]
            rows.append(cluster.order(report.order))
            engine.report(*held[0])
            rows.append(cluster.order(report.order))
            engine.report(context, report)

        def once_more():
            assert len(rows) == 2 and rows[0] == rows[1] and rows[0][0] == "open"
            cluster.parts("conductor")["engine"].report(*held[0])
        with _reports(step, lambda *report: held.append(report), too_late):
            yield once_more
        return
    # The conductor's own thread sleeps with the outcome in its hand.
    go_on, gone_on = threading.Event(), threading.Event()
    place = f"conductor.{step.name}.chosen" if step.name in SCHEDULED else _at(step, "report")
    sleeper = []

    def sleep():
        sleeper.append(threading.current_thread())
        go_on.wait()

    def awake():
        if sleeper == [threading.current_thread()] and go_on.is_set():
            gone_on.set()

    def afterwards():
        go_on.set()
        assert gone_on.wait(60)
    with failpoints.armed({place: first(sleep), _at(step, "sent"): awake}):
        try:
            yield afterwards
        finally:
            go_on.set()


@contextlib.contextmanager
def _host_is_dead(cluster, step):
    host = cluster.hosts[0]
    parts = cluster.parts(host)
    late = step.name in DONE_BEFORE
    if not late:
        cluster.kill(host)
    # Not before the order is on its way: a host that is known to be down is not asked at all.
    passed = [str(place) for place in all_places()]
    before = {passed[number - 1] for number, place in enumerate(passed) if place == _at(step, "begin")}

    def dies():
        if late:
            killing.kill(parts)
        if step.name in FENCED:
            cluster.lose_power(host)
        cluster.mark_dead(host)
    with failpoints.armed(dict.fromkeys(before, first(dies))):
        yield _nothing
    if late:
        cluster.stop(host)


CONDITIONS = {
    "fails once": _fails_once,
    "fails always": _fails_always,
    "its undo fails once": _undo_fails_once,
    "is delivered twice": _twice,
    "is delivered twice at once": _twice_at_once,
    "its report is lost": _report_is_lost,
    "its report comes after a newer attempt": _report_comes_late,
    "its host is dead": _host_is_dead,
}


# -- deaths ---------------------------------------------------------------------------------------------------------
@contextlib.contextmanager
def death(cluster, place):
    """The process dies when it comes to the place for the first time; yields what waits for that and, unless told
    not to, starts it again."""
    name = cluster.hosts[0] if place.process == "compute" else place.process
    parts, died = cluster.parts(name), threading.Event()

    def die():
        if place.process != "api":                         # which keeps nothing in memory
            killing.kill(parts)
        died.set()
        raise SystemExit(str(place))

    def dead(restart: bool = True):
        assert died.wait(60), f"nothing came to {place}"
        if place.process != "api":
            cluster.stop(name)
            if restart:
                cluster.start(name)
    with failpoints.armed({str(place): first(die)}):
        yield dead
