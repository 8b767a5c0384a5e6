"""Tells the bus which servers were there in each period of [DEFAULT] instance_usage_audit_period, once it is over.

Nova's compute hosts do that; here they have no database, so a conductor does it for all of them, in Nova's form: each
host's servers with one ``instance.exists`` each.  Called periodically by every conductor; they share the work.
"""
import logging

from nova_lite.conf import CONF
from nova_lite.context import admin_context, working
from nova_lite.db import session, usage_audits

LOG = logging.getLogger(__name__)
INTERVAL = 60                   # seconds between looks


def tell() -> int:
    """Of the last period that is over, if that was not done; how many hosts' servers were told of."""
    if not CONF.instance_usage_audit:
        return 0
    begin, end = usage_audits.last_period()
    with session.reader() as connection:
        hosts = usage_audits.hosts_to_do(connection, begin, end)
    go_on = session.transaction(usage_audits.go_on)
    for host in hosts:
        with working(admin_context()):
            while go_on(host, begin, end):
                pass
    if hosts:
        LOG.info("usage of %s to %s was told of %d hosts", begin, end, len(hosts))
    return len(hosts)
