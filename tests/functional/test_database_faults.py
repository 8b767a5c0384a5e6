"""The database is busy, away, or does not answer a commit: nothing is done twice, nothing is promised falsely.

The ``cluster`` fixture asks the audit after each test.
"""
import sqlite3
import threading
import time

import pytest
import sqlalchemy as sa

from nova_lite import exceptions, rpc
from nova_lite.api import faults
from nova_lite.conductor.sweeper import Sweeper
from nova_lite.conf import CONF
from nova_lite.db import session, tables
from nova_lite.models import Report
from nova_lite.virt.fake import FakeDriver
from tests.functional.cluster import GONE, IDLE, STOPPED, wait_for
from tests.functional.lost_commits import LostCommits


@pytest.fixture
def commits(cluster, monkeypatch):
    """No one but the API commits, until the test starts the conductor and the scheduler again."""
    cluster.stop("conductor", "scheduler")
    found = LostCommits(monkeypatch)
    yield found
    found.away, found.away_after_loss = False, False
    found.lose("")


def count(table):
    with session.reader() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table))


@pytest.mark.parametrize("when, times", [("before", 1), ("before", 3), ("after", 1)])
def test_a_create_whose_commit_is_not_answered_is_done_once(cluster, commits, when, times):
    servers, orders = count(tables.instances), count(tables.actions)
    commits.lose(when, times)
    made = cluster.create(3, requested_networks=())
    assert commits.lost == times
    assert [s.display_name for s in made] == ["vm-1", "vm-2", "vm-3"]
    assert (count(tables.instances), count(tables.actions)) == (servers + 3, orders + 3)
    cluster.start("conductor", "scheduler")
    cluster.wait(made)


@pytest.mark.parametrize("when, left", [("before", 0), ("after", 1)])
def test_an_outcome_that_cannot_be_found_out_is_a_503(cluster, commits, when, left):
    before = count(tables.instances)
    cluster.override("database", settle_timeout=0.3)
    commits.away_after_loss = True
    commits.lose(when)
    with pytest.raises(exceptions.OutcomeUnknown) as caught:
        cluster.create(requested_networks=())
    answer = faults.response(caught.value)
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
    assert answer.json["serviceUnavailable"]["code"] == 503
    commits.away = False
    assert count(tables.instances) == before + left


def test_a_database_that_is_away_is_told_at_once(cluster, commits):
    before = count(tables.instances)
    commits.away = True
    with pytest.raises(exceptions.ServiceUnavailable):
        cluster.create(requested_networks=())
    commits.away = False
    assert count(tables.instances) == before


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("act, done", [
    (lambda api, context, server: api.stop(context, server), STOPPED),
    (lambda api, context, server: api.reboot(context, server, "HARD"), IDLE),
    (lambda api, context, server: api.delete(context, server), GONE)], ids=["stop", "reboot", "delete"])
def test_an_action_whose_commit_is_not_answered_is_ordered_once(cluster, monkeypatch, when, act, done):
    server = cluster.made()
    cluster.stop("conductor", "scheduler")
    orders, commits = count(tables.actions), LostCommits(monkeypatch)
    commits.lose(when)
    act(cluster.api, cluster.context, server)
    assert commits.lost == 1 and count(tables.actions) == orders + 1
    cluster.start("conductor", "scheduler")
    cluster.wait([server], done)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_report_whose_commit_is_not_answered_is_not_lost(cluster, monkeypatch, when):
    commits, real = LostCommits(monkeypatch), Report.from_dict

    def losing(values):                 # the conductor has taken a host's report
        monkeypatch.setattr(Report, "from_dict", real)
        commits.lose(when)
        return real(values)
    monkeypatch.setattr(Report, "from_dict", losing)
    server = cluster.made()
    assert commits.lost == 1 and len(cluster.starts_and_ends(server.uuid)) == 1


def test_reports_and_heartbeats_wait_for_the_database(cluster, monkeypatch):
    """The database goes while the guest is started and comes back later than the lease; nothing is done anew."""
    commits, spawned, spawn = LostCommits(monkeypatch), threading.Event(), FakeDriver.spawn

    def spawning(*args, **kwargs):
        spawn(*args, **kwargs)
        commits.away = True
        spawned.set()
    monkeypatch.setattr(FakeDriver, "spawn", spawning)
    [server] = cluster.create(requested_networks=())
    assert spawned.wait(60)
    time.sleep(CONF.workflow.step_lease + 1)            # it is away for longer than a lease
    commits.away = False
    [server] = cluster.wait([server])
    assert cluster.starts_and_ends(server.uuid) == [(server.host, "starts")]


@pytest.mark.parametrize("act", ["build", "delete"])
def test_a_host_waits_for_the_network_service(cluster, monkeypatch, act):
    """It answers 503 while the database is away: no reason to fail on this host, or to leave a server undeleted."""
    from nova_lite.network.neutron_http import NeutronHTTP
    server, real, refused = cluster.made() if act == "delete" else None, NeutronHTTP.request, []

    def request(self, *args, **kwargs):
        if threading.current_thread().name.startswith(("build", "work")) and len(refused) < 2:
            refused.append(1)
            raise exceptions.ServiceUnavailable()
        return real(self, *args, **kwargs)
    monkeypatch.setattr(NeutronHTTP, "request", request)
    if act == "delete":
        cluster.api.delete(cluster.context, server)
        cluster.wait([server], GONE)
    else:
        server = cluster.made()
        [action] = cluster.api.actions(cluster.context, server.uuid)
        assert action.hosts_tried == ()
    assert len(refused) == 2


def test_no_host_is_taken_for_dead_right_after_the_databases_return(cluster, commits, monkeypatch):
    seen = []

    class Engine:
        def redrive(self, found, reason, patient):
            seen.append(patient)
    sweeper = Sweeper(Engine())
    monkeypatch.setattr(rpc, "check", lambda: None)
    sweeper.reachable_since -= CONF.service_down_time + 1
    cluster.create(requested_networks=())
    wait_for(sweeper.sweep)             # its lease is over
    assert seen == [False]
    commits.away = True
    with pytest.raises(exceptions.ServiceUnavailable):
        sweeper.sweep()
    commits.away = False
    assert sweeper.sweep() == 0, "what waited for the database is written first"
    assert sweeper.sweep() == 1 and seen == [False, True]


def test_a_busy_database_is_asked_again(cluster, commits):
    engine, runs = session.get_engine(), []

    @session.transaction
    def transaction(connection):
        runs.append(1)

    def impatient(connection, _record, _proxy):
        connection.execute("PRAGMA busy_timeout=1")
    sa.event.listen(engine, "checkout", impatient)
    other = sqlite3.connect(engine.url.database, isolation_level=None, check_same_thread=False)
    try:
        cluster.override("database", max_retries=100)
        other.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(0.5, other.rollback)
        timer.start()
        transaction()
        timer.join()
        assert runs == [1]
        cluster.override("database", max_retries=2)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(exceptions.ServiceUnavailable, match="overloaded"):
            transaction()
    finally:
        other.close()
        sa.event.remove(engine, "checkout", impatient)
        engine.dispose()
