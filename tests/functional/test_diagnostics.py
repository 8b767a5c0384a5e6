"""Diagnostics through the broker: of a guest that runs, and of one that does not."""
import pytest

from nova_lite import exceptions, states
from tests.functional.cluster import STOPPED


def test_diagnostics(cluster):
    server = cluster.made()
    found = cluster.api.diagnostics(cluster.context, server)
    assert (found.driver, found.power_state) == ("libvirt", states.RUNNING)
    assert len(found.cpus) == server.flavor.vcpus and found.nics[0].mac == server.network_info[0].mac
    cluster.api.stop(cluster.context, server)
    [server] = cluster.wait([server], STOPPED)
    with pytest.raises(exceptions.InstanceInvalidState, match="Cannot 'get_diagnostics' instance"):
        cluster.api.diagnostics(cluster.context, server)
