"""The database is busy, away, or does not answer a commit: nothing is done twice, nothing is promised falsely."""
import sqlite3
import threading
import time

import pytest
import sqlalchemy as sa

from nova_lite import exceptions, states
from nova_lite.api import faults
from nova_lite.conductor.sweeper import Sweeper
from nova_lite.conf import CONF
from nova_lite.db import session, tables
from nova_lite.models import Report
from tests.functional.lost_commits import LostCommits


@pytest.fixture
def commits(cluster, monkeypatch):
    return LostCommits(monkeypatch)


def rows(table):
    with session.reader() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table))


@pytest.mark.parametrize("when, times", [("before", 1), ("before", 3), ("after", 1)])
def test_a_create_whose_commit_is_not_answered_is_done_once(cluster, commits, when, times):
    cluster.start("conductor", "scheduler", "h1").wait_up("h1")
    cluster.stop("conductor", "scheduler")              # their commits are not the ones that are lost
    commits.lose(when, times)
    servers = cluster.create(3)
    assert commits.lost == times
    assert [s.display_name for s in servers] == ["vm-1", "vm-2", "vm-3"]
    assert rows(tables.instances) == rows(tables.actions) == 3
    cluster.start("conductor", "scheduler")
    cluster.wait(servers)
    assert cluster.audit() == []


@pytest.mark.parametrize("when, left", [("before", 0), ("after", 1)])
def test_an_outcome_that_cannot_be_found_out_is_a_503(cluster, commits, when, left):
    CONF.set_override("settle_timeout", 0.3, "database")
    commits.away_after_loss = True
    commits.lose(when)
    with pytest.raises(exceptions.OutcomeUnknown) as caught:
        cluster.create()
    answer = faults.response(caught.value)
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
    assert answer.json["serviceUnavailable"]["code"] == 503
    commits.away = False
    assert rows(tables.instances) == left


def test_a_database_that_is_away_is_told_at_once(cluster, commits):
    commits.away = True
    with pytest.raises(exceptions.ServiceUnavailable):
        cluster.create()
    commits.away = False
    assert rows(tables.instances) == 0


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("act, done", [
    (lambda api, context, server: api.stop(context, server), lambda s: s.vm_state == states.STOPPED),
    (lambda api, context, server: api.reboot(context, server, "HARD"), lambda s: s.task_state is None),
    (lambda api, context, server: api.delete(context, server), lambda s: s.deleted)], ids=["stop", "reboot", "delete"])
def test_an_action_whose_commit_is_not_answered_is_ordered_once(cluster, commits, when, act, done):
    cluster.start("conductor", "scheduler", "h1").wait_up("h1")
    [server] = cluster.wait(cluster.create())
    cluster.stop("conductor", "scheduler")
    commits.lose(when)
    act(cluster.api, cluster.context, server)
    assert commits.lost == 1 and rows(tables.actions) == 2
    cluster.start("conductor", "scheduler")
    cluster.wait([server], done)
    assert cluster.audit() == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_report_whose_commit_is_not_answered_is_not_lost(running, monkeypatch, when):
    commits, real = LostCommits(monkeypatch), Report.from_dict

    def losing(values):                 # the conductor has taken a host's report
        monkeypatch.setattr(Report, "from_dict", real)
        commits.lose(when)
        return real(values)
    monkeypatch.setattr(Report, "from_dict", losing)
    servers = running.wait(running.create(), timeout=30)
    assert commits.lost == 1 and running.starts("h1", servers[0].uuid) == 1
    assert running.audit() == []


def test_reports_and_heartbeats_wait_for_the_database(running, monkeypatch):
    """The database goes while the guest is started and comes back later than every lease; the work is not done anew."""
    commits, driver = LostCommits(monkeypatch), running.driver("h1")
    spawned, spawn = threading.Event(), driver.spawn

    def spawning(*args, **kwargs):
        spawn(*args, **kwargs)
        commits.away = True
        spawned.set()
    monkeypatch.setattr(driver, "spawn", spawning)
    [server] = running.create(requested_networks=())
    assert spawned.wait(20)
    time.sleep(CONF.workflow.step_lease + 1)            # how long it is away: the lease is over
    commits.away = False
    running.wait([server], timeout=30)
    assert running.starts("h1", server.uuid) == 1
    [(action, _)] = running.api.traces(running.context, server.uuid)
    assert action.attempt <= 3 and running.audit() == []


def test_no_host_is_taken_for_dead_right_after_the_databases_return(cluster, monkeypatch):
    commits, seen = LostCommits(monkeypatch), []

    class Engine:
        def redrive(self, found, reason, patient):
            seen.append(patient)
    sweeper = Sweeper(Engine())
    monkeypatch.setattr("nova_lite.rpc.check", lambda: None)
    sweeper._reachable_since -= CONF.service_down_time + 1
    cluster.create()
    with session.writer() as connection:
        connection.execute(tables.actions.update().values(deadline=sa.func.datetime("2020-01-01")))
    assert sweeper.sweep() == 1 and seen == [False]
    commits.away = True
    with pytest.raises(exceptions.ServiceUnavailable):
        sweeper.sweep()
    commits.away = False
    assert sweeper.sweep() == 0, "what waited for the database is written first"
    assert sweeper.sweep() == 1 and seen == [False, True]


def test_a_busy_database_is_asked_again(cluster, monkeypatch):
    CONF.set_override("max_retries", 20, "database")
    engine = session.get_engine()

    @sa.event.listens_for(engine, "checkout")
    def impatient(connection, _record, _proxy):
        connection.execute("PRAGMA busy_timeout=1")
    other = sqlite3.connect(engine.url.database, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    runs, timer = [], threading.Timer(0.5, other.rollback)

    @session.transaction
    def count(connection):
        runs.append(1)
        return connection.scalar(sa.text("SELECT 1"))
    timer.start()
    assert count() == 1 and len(runs) == 1
    timer.join()
    other.execute("BEGIN IMMEDIATE")
    CONF.set_override("max_retries", 2, "database")
    with pytest.raises(exceptions.ServiceUnavailable):
        count()
    other.close()
