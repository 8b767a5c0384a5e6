"""What is counted, for Prometheus: the table of all metrics.  ``doc/operations-ref.rst`` is generated from it.

A value is incremented where the thing happens, once it has happened.  Every metric has labels, so that a value is
made at its first use, in the process that uses it (see ``share``); labels never hold what users choose.
"""
import dataclasses
import functools
import os
import pathlib
from collections.abc import Callable, Iterable

import prometheus_client
from prometheus_client import multiprocess, values
from prometheus_client.core import GaugeMetricFamily

from nova_lite import exceptions

# The time of a counter's first increment, as a series of its own, tells nothing that a scraper does not know.
prometheus_client.disable_created_metrics()
REGISTRY = prometheus_client.CollectorRegistry()
Counter = functools.partial(prometheus_client.Counter, registry=REGISTRY)
Histogram = functools.partial(prometheus_client.Histogram, registry=REGISTRY)

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_LONG = (0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900)

REQUESTS = Counter(
    "nova_lite_http_requests", "HTTP requests answered, by the route's template.",
    ("service", "method", "route", "code"))
REQUEST_SECONDS = Histogram(
    "nova_lite_http_request_duration_seconds", "Time from a request's arrival to its answer.",
    ("service", "method", "route"), buckets=_SECONDS)
MESSAGES = Counter(
    "nova_lite_rpc_messages", "Messages for other services: outcome is sent, not_sent or (of a call) no_answer.",
    ("kind", "topic", "method", "outcome"))
HANDLED = Counter(
    "nova_lite_rpc_handled", "Messages from other services that were worked on.",
    ("method", "outcome"))
STATEMENTS = Counter(
    "nova_lite_sql_statements", "SQL statements, by their first word; of is request (somebody's order) or clock (what "
    "a service does by itself again and again).", ("kind", "of"))
TRANSACTIONS = Counter(
    "nova_lite_sql_transactions", "Transactions: outcome is committed, or retried (deadlock, serialisation failure).",
    ("outcome", "of"))
HOPS = Histogram(
    "nova_lite_hop_duration_seconds", "Hops of the trace: on hosts the steps and the parts of a build.",
    ("service", "hop", "result"), buckets=_LONG)
REPORTS = Counter(
    "nova_lite_reports", "Reports of finished steps that were made true, by their result.",
    ("workflow", "step", "result"))
REFUSED = Counter(
    "nova_lite_reports_refused", "Reports that changed nothing: reason is stale (an old attempt) or state.",
    ("workflow", "step", "reason"))
REDRIVES = Counter(
    "nova_lite_redrives", "Steps that nobody reported on: outcome is sent_again or given_up.",
    ("workflow", "step", "outcome"))
SWEEPS = Counter(
    "nova_lite_sweeps", "Looks for overdue steps: outcome is nothing, found, or waiting (the broker is away).",
    ("outcome",))
CLAIMS = Counter(
    "nova_lite_claims", "Claims on hosts: outcome is made, host_full or group_broken (a lost race, "
    "chosen anew), batch_undone (its requests are claimed one by one) or given_back.",
    ("outcome",))


@dataclasses.dataclass(frozen=True)
class Gauge:
    """A value that is looked up when it is asked for, not kept."""

    name: str
    documentation: str
    labels: tuple[str, ...] = ()


NOTIFICATIONS = Counter("nova_lite_notifications_sent", "Notifications that the bus has taken.")
HEARTBEAT_AGE = Gauge("nova_lite_heartbeat_age_seconds", "Seconds since the service's last heartbeat.")
OPEN = Gauge("nova_lite_actions_open", "Open orders of the cloud (every conductor tells the same: take one, or max).",
             ("workflow", "step"))
OLDEST = Gauge("nova_lite_actions_oldest_open_seconds", "Age of the oldest of them.", ("workflow", "step"))

COUNTED = (REQUESTS, REQUEST_SECONDS, MESSAGES, HANDLED, STATEMENTS, TRANSACTIONS, HOPS, REPORTS, REFUSED, REDRIVES,
           SWEEPS, CLAIMS, NOTIFICATIONS)
LOOKED_UP = (HEARTBEAT_AGE, OPEN, OLDEST)


class Lookup:
    """A collector of ``gauges``: ``look()`` gives rows of (label values, value of the first gauge, of the second …).

    What cannot be looked up now (the database is away) is left out.
    """

    def __init__(self, gauges: tuple[Gauge, ...], look: Callable[[], Iterable[tuple]]):
        self._gauges, self._look = gauges, look

    def collect(self):
        families = [GaugeMetricFamily(gauge.name, gauge.documentation, labels=gauge.labels) for gauge in self._gauges]
        try:
            for labels, *row in self._look():
                for family, value in zip(families, row, strict=True):
                    family.add_metric(labels, value)
        except exceptions.NovaLiteError:
            pass
        return families


def share(directory: pathlib.Path, worker: int) -> None:
    """Keep this process's values in files of ``directory``, where its fellow workers read them too.

    Called once, before anything is counted.  A worker that is started again goes on with its predecessor's values.
    """
    directory.mkdir(parents=True, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(directory)         # the library takes it from there alone
    values.ValueClass = values.MultiProcessValue(process_identifier=lambda: worker)


def forget() -> None:
    """Before a fork: what the parent counted is not its children's, nor are its values (see ``share``)."""
    for metric in COUNTED:
        if metric is not NOTIFICATIONS:             # without labels, and not for a parent to send
            metric.clear()


def shared() -> bool:
    return "PROMETHEUS_MULTIPROC_DIR" in os.environ


def counted():
    """A collector of everything counted in this process, or by all workers that share."""
    return multiprocess.MultiProcessCollector(None) if shared() else REGISTRY
