"""RPC endpoints of the scheduler, and its one operation: choose and claim."""
import collections
import logging

from nova_lite import exceptions, failpoints, metrics, states
from nova_lite.conf import CONF
from nova_lite.db import actions, claims, instances, server_groups, session
from nova_lite.models import RequestSpec
from nova_lite.scheduler import explanation, filters, weighers
from nova_lite.scheduler.claiming import Claiming
from nova_lite.scheduler.filters.compute import Enabled
from nova_lite.scheduler.hosts import HostManager
from nova_lite.scheduler.selection import choose
from nova_lite.trace import Trace

LOG = logging.getLogger(__name__)
SERVICE = "nova-scheduler"


class SchedulerManager:
    """Topic ``scheduler``.  Any number of schedulers may run: the claim is the database's."""

    def __init__(self, hosts: HostManager):
        self.hosts, self.claiming = hosts, Claiming()
        self.filters = filters.load(CONF.scheduler.enabled_filters)
        self.weighers = weighers.load(CONF.scheduler.enabled_weighers)
        hosts.counts_io = any("io_ops" in getattr(plugin, "needs", ())
                              for plugin in (*(found for _name, found in self.filters), *self.weighers))

    def select_destinations(self, context, spec_obj, depth):
        """{"selections", "no_valid_host" (None, or the reason), "counts", "silent", "events"}.

        ``silent``: there would be a host, had it been heard of lately.
        """
        spec, trace = RequestSpec.from_dict(spec_obj), Trace(SERVICE, depth=depth)
        failpoints.hit("scheduler", spec.orders[0].step, "begin")
        answer = {"selections": [], "no_valid_host": None, "counts": {}, "silent": False}
        try:
            with trace.hop("select_destinations", rpc="call", transition=states.describe(spec.transition),
                           function="scheduler.manager:SchedulerManager.select_destinations"):
                self._select(spec, answer)
                if answer["no_valid_host"]:
                    raise exceptions.NoValidHost(reason=answer["no_valid_host"])
        except exceptions.NoValidHost:
            LOG.info("no valid host for request %s: %s", context.request_id, answer["counts"])
        failpoints.hit("scheduler", spec.orders[0].step, "claimed")
        answer["events"] = [event.to_dict() for event in trace.finished()]
        return answer

    def explain(self, context, spec_obj):
        """See ``explanation.explain``."""
        spec = RequestSpec.from_dict(spec_obj)
        spec = self._with_neighbours(spec, spec.orders)
        with self.hosts.lock:
            return explanation.explain(spec, self.hosts.arrays, self.filters, self.weighers)

    def _select(self, spec: RequestSpec, answer: dict) -> None:
        orders, full = list(spec.orders), collections.Counter()
        for _attempt in range(CONF.scheduler.claim_retries):
            if not orders:
                return
            spec = self._with_neighbours(spec, orders)
            with self.hosts.lock:
                arrays = self.hosts.arrays
                choice = choose(spec, arrays, self.filters, self.weighers, CONF.scheduler.host_subset_size,
                                len(orders))
                placements = [(order, arrays.names[position], arrays.nodes[position])
                              for order, position in zip(orders, choice.positions, strict=False)]
                zones = {arrays.names[position]: arrays.zone(position) for position in choice.positions}
                if len(choice.positions) < len(orders):
                    self._untake(arrays, choice.positions, spec)
            answer["counts"] = choice.counts
            if len(choice.positions) < len(orders):
                self.hosts.refresh()          # the forecast may be old: a server may have gone meanwhile
                if not self._fits(spec, len(orders), self.filters):
                    answer["no_valid_host"] = "There are not enough hosts available."
                    others = [(name, f) for name, f in self.filters if name != "ComputeFilter"]
                    answer["silent"] = self._fits(spec, len(orders), [("enabled", Enabled()), *others])
                    return
                continue
            try:
                selections = self.claiming.claim(claims.Wanted(spec, placements, zones))
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
                self.hosts.forget(zones)
                raise
            else:
                metrics.CLAIMS.labels("made").inc(len(selections))
                answer["selections"] = [selection.to_dict() for selection in selections]
                return
            self.hosts.forget(zones)
            self.hosts.refresh()
        if orders:
            answer["no_valid_host"] = "The chosen hosts were taken by other requests."

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
