"""RPC endpoints of the scheduler, and its one operation: choose and claim."""
import collections
import functools
import logging
from collections.abc import Callable

from nova_lite import exceptions, failpoints, metrics, states
from nova_lite.conf import CONF
from nova_lite.conf.notifications import enabled
from nova_lite.db import actions, claims, instances, server_groups, session
from nova_lite.models import Order, RequestSpec, Selection
from nova_lite.scheduler import explanation, filters, weighers
from nova_lite.scheduler.filters.compute import Enabled
from nova_lite.scheduler.hosts import HostManager
from nova_lite.scheduler.selection import Choice, choose
from nova_lite.together import Together, Waiting
from nova_lite.trace import Trace, now

LOG = logging.getLogger(__name__)
SERVICE = "nova-scheduler"
MOST = 64                       # servers of one transaction, unless one request is for more


def _is_simple(spec: RequestSpec) -> bool:
    """For a move and for a group more rows are looked at, and locked.  Who asked, which a notification tells, is the
    thread's."""
    return not (spec.moves or spec.scheduler_hints.get("group") or enabled(CONF))


class SchedulerManager:
    """Topic ``scheduler``.  Any number of schedulers may run: the claim is the database's.

    Requests that come at the same moment are chosen for under one lock and claimed in one transaction: a commit costs
    what ten claims do.
    """

    def __init__(self, hosts: HostManager):
        self.hosts, self._together = hosts, Together(self._select_all, MOST, lambda spec: len(spec.orders))
        self.filters = filters.load(CONF.scheduler.enabled_filters)
        self.weighers = weighers.load(CONF.scheduler.enabled_weighers)
        hosts.counts_io = any("io_ops" in getattr(plugin, "needs", ())
                              for plugin in (*(found for _name, found in self.filters), *self.weighers))

    def select_destinations(self, context, requests):
        """For each of ``requests`` ({"spec_obj", "depth" of its trace}) its answer: {"selections", "no_valid_host"
        (None, or the reason), "counts", "silent", "events"}.

        ``silent``: there would be a host, had it been heard of lately.
        """
        specs, began = [RequestSpec.from_dict(request["spec_obj"]) for request in requests], now()
        failpoints.hit("scheduler", specs[0].orders[0].step, "begin")
        outcomes = iter(self._together.do_all([spec for spec in specs if _is_simple(spec)]))
        answers = [self._answered(spec, request["depth"], began, next(outcomes).outcome if _is_simple(spec)
                                  else functools.partial(self._select, spec))
                   for request, spec in zip(requests, specs, strict=True)]
        failpoints.hit("scheduler", specs[0].orders[0].step, "claimed")
        return answers

    @staticmethod
    def _answered(spec: RequestSpec, depth: int, began, outcome: Callable[[], dict]) -> dict:
        trace, answer = Trace(SERVICE, depth=depth), {}
        try:
            with trace.hop("select_destinations", rpc="call", transition=states.describe(spec.transition), began=began,
                           function="scheduler.manager:SchedulerManager.select_destinations"):
                answer = outcome()
                if answer["no_valid_host"]:
                    raise exceptions.NoValidHost(reason=answer["no_valid_host"])
        except exceptions.NoValidHost:
            LOG.info("no valid host for request %s: %s", spec.orders[0].request_id, answer["counts"])
        return {**answer, "events": [event.to_dict() for event in trace.finished()]}

    def explain(self, context, spec_obj):
        """See ``explanation.explain``."""
        spec = RequestSpec.from_dict(spec_obj)
        spec = self._with_neighbours(spec, spec.orders)
        with self.hosts.lock:
            return explanation.explain(spec, self.hosts.arrays, self.filters, self.weighers)

    def _select_all(self, batch: list[Waiting]) -> None:
        """All at once; those that this leaves without a host by themselves."""
        if len(batch) > 1:
            self._select_at_once(batch)
        for one in batch:
            if one.result is None and one.error is None:
                try:
                    one.result = self._select(one.item)
                except Exception as error:
                    one.error = error

    def _select_at_once(self, batch: list[Waiting]) -> None:
        """Nothing is claimed where a host is full, or an order gone: nobody can say then whose turn it was."""
        chosen: list[tuple[Waiting, claims.Wanted, Choice]] = []
        for one in batch:
            try:
                wanted, choice = self._choose(self._with_neighbours(one.item, one.item.orders), list(one.item.orders))
            except Exception as error:                  # of a user's own filter perhaps: no matter of the others
                one.error = error
                continue
            if wanted is not None:
                chosen.append((one, wanted, choice))
        try:
            made = session.transaction(claims.claim_all)([wanted for _one, wanted, _choice in chosen])
        except (claims.HostFull, claims.OrdersGone):
            metrics.CLAIMS.labels("batch_undone").inc()
            for _one, wanted, _choice in chosen:
                self.hosts.forget(wanted.zones)
            self.hosts.refresh()
        except Exception as error:
            for one, wanted, _choice in chosen:
                self.hosts.forget(wanted.zones)
                one.error = error
        else:
            for (one, _wanted, choice), selections in zip(chosen, made, strict=True):
                one.result = self._made(selections, choice)

    @staticmethod
    def _made(selections: list[Selection], choice: Choice) -> dict:
        metrics.CLAIMS.labels("made").inc(len(selections))
        return {"selections": [selection.to_dict() for selection in selections], "no_valid_host": None,
                "counts": choice.counts, "silent": False}

    def _choose(self, spec: RequestSpec, orders: list[Order]) -> tuple[claims.Wanted | None, Choice]:
        """Hosts for all of them, counted as taken here; None when there are not enough."""
        with self.hosts.lock:
            arrays = self.hosts.arrays
            choice = choose(spec, arrays, self.filters, self.weighers, CONF.scheduler.host_subset_size, len(orders))
            if len(choice.positions) < len(orders):
                self._untake(arrays, choice.positions, spec)
                return None, choice
            placements = [(order, arrays.names[position], arrays.nodes[position])
                          for order, position in zip(orders, choice.positions, strict=True)]
            zones = {arrays.names[position]: arrays.zone(position) for position in choice.positions}
        return claims.Wanted(spec, placements, zones), choice

    def _select(self, spec: RequestSpec) -> dict:
        orders, full = list(spec.orders), collections.Counter()
        answer = {"selections": [], "no_valid_host": None, "counts": {}, "silent": False}
        for _attempt in range(CONF.scheduler.claim_retries):
            if not orders:
                return answer
            spec = self._with_neighbours(spec, orders)
            wanted, choice = self._choose(spec, orders)
            answer["counts"] = choice.counts
            if wanted is None:
                self.hosts.refresh()          # the forecast may be old: a server may have gone meanwhile
                if not self._fits(spec, len(orders), self.filters):
                    others = [(name, f) for name, f in self.filters if name != "ComputeFilter"]
                    silent = self._fits(spec, len(orders), [("enabled", Enabled()), *others])
                    return {**answer, "no_valid_host": "There are not enough hosts available.", "silent": silent}
                continue
            try:
                return self._made(session.transaction(claims.claim)(*wanted), choice)
            except claims.HostFull as error:
                LOG.info("host %s was full, choosing anew", error.host)
                metrics.CLAIMS.labels("host_full").inc()
                full[error.host] += 1
                if full[error.host] > 1:        # what is known of it does not become true: it is full, or gone
                    spec = spec.replace(ignore_hosts=(*spec.ignore_hosts, error.host))
            except claims.GroupBroken:
                LOG.info("others of group %s were placed meanwhile, choosing anew", spec.group.uuid)
                metrics.CLAIMS.labels("group_broken").inc()
            except claims.OrdersGone:
                with session.reader() as connection:
                    orders = actions.still_open(connection, orders)
            except Exception:
                self.hosts.forget(wanted.zones)
                raise
            self.hosts.forget(wanted.zones)
            self.hosts.refresh()
        return {**answer, "no_valid_host": "The chosen hosts were taken by other requests." if orders else None}

    @staticmethod
    def _with_neighbours(spec: RequestSpec, orders) -> RequestSpec:
        """With where the servers are now that its hints speak of: a group's members, single ones."""
        hints, found = spec.scheduler_hints, {}
        if not any(hints.get(name) for name in ("group", "same_host", "different_host")):
            return spec
        with session.reader() as connection:
            if hints.get("group"):
                found["group"] = server_groups.hosts(connection, hints["group"],
                                                     [order.instance_uuid for order in orders])
            for name in ("same_host", "different_host"):
                if asked := hints.get(name):
                    where = instances.hosts(connection, [asked] if isinstance(asked, str) else asked)
                    found[name] = tuple(sorted({host for host in where.values() if host}))
        return spec.replace(**found)

    def _untake(self, arrays, positions, spec):
        for position in positions:
            arrays.take(position, spec.flavor, -1)

    def _fits(self, spec, count, filters_) -> bool:
        with self.hosts.lock:
            arrays = self.hosts.arrays
            choice = choose(spec, arrays, filters_, self.weighers, 1, count)
            self._untake(arrays, choice.positions, spec)
        return len(choice.positions) == count
