"""Tells the compute API of servers whose floating IPs changed: ``network-changed``, as Neutron does.

Called after the change's transaction.  A hint, told by one thread in the background: nobody waits for it here, and what
the compute API does not take is lost, with a line in the log.
"""
import functools
import logging
import os
import queue
import threading
from collections.abc import Iterable

import sqlalchemy as sa

from nova_lite import exceptions, service_auth
from nova_lite.conf import CONF
from nova_lite.db import session
from nova_lite.embedded.identity import catalog
from nova_lite.embedded.tables import ports

LOG = logging.getLogger(__name__)
PATH = "/os-server-external-events"
_OF_SERVERS = "compute:"                      # device owners begin so


def tell(port_ids: Iterable[str | None]) -> None:
    """Of the servers that have these ports; None and the ports of nobody's are passed over."""
    wanted = {id for id in port_ids if id}
    if not wanted:
        return
    with session.reader() as connection:
        found = connection.execute(sa.select(ports.c.id, ports.c.device_id).where(
            ports.c.id.in_(wanted), ports.c.device_owner.startswith(_OF_SERVERS), ports.c.device_id != "")).all()
    if found:
        _teller(os.getpid()).put([{"name": "network-changed", "server_uuid": row.device_id, "tag": row.id}
                                  for row in found])


@functools.lru_cache(maxsize=1)
def _teller(_pid: int) -> queue.SimpleQueue:
    """The queue of this process's thread: a fork has no threads of its parent's."""
    waiting: queue.SimpleQueue = queue.SimpleQueue()
    threading.Thread(target=_run, args=(waiting,), name="compute-events", daemon=True).start()
    return waiting


def _run(waiting: queue.SimpleQueue) -> None:
    while True:
        events = waiting.get()
        try:
            answer = service_auth.ServiceAdapter("compute", catalog.compute_url(), CONF.network.timeout).request(
                "POST", PATH, json={"events": events})
            # 404: the server is gone, and in no need of it; 422: on no host
            if answer.status_code not in (200, 207):
                LOG.warning("the compute API answered %s to %s", answer.status_code, events)
        except exceptions.ServiceUnavailable as exc:
            LOG.warning("the compute API was not told of %s: %s", events, exc)
        except Exception:
            LOG.exception("the compute API was not told of %s", events)
