"""What operators see of an order that went astray: a line in the log, a number in the metrics."""
import logging

from oslo_context import context as oslo_context

from nova_lite import metrics, rpc
from tests.functional.cluster import FAILED


def test_an_order_that_is_sent_again_is_told_of_and_counted(cluster, monkeypatch, caplog):
    real, lost = rpc.Client.cast, []

    def lossy(self, context, method, **kwargs):
        if method == "build_and_run_instance" and not lost:
            lost.append(method)
            return True
        return real(self, context, method, **kwargs)
    monkeypatch.setattr(rpc.Client, "cast", lossy)

    def count():
        return metrics.REGISTRY.get_sample_value("nova_lite_redrives_total", {
            "workflow": "build", "step": "build_and_run_instance", "outcome": "sent_again"}) or 0
    before = count()
    with caplog.at_level(logging.WARNING, "nova_lite.conductor.engine"):
        server = cluster.made()
    [action] = cluster.api.actions(cluster.context, server.uuid)
    [line] = [r.getMessage() for r in caplog.records if r.getMessage().startswith("re-driven: sent_again")]
    assert server.uuid in line and action.request_id in line and "step build_and_run_instance of create" in line
    assert count() == before + 1


def test_the_work_of_a_message_is_logged_with_its_request_and_its_server(cluster):
    seen = []

    class Watch(logging.Handler):
        def emit(self, record):
            if context := oslo_context.get_current():
                seen.append((context.request_id, context.resource_uuid))
    cluster.override("fake", fail_operations=["spawn"])
    watch, logger = Watch(), logging.getLogger("nova_lite.compute.manager")
    logger.addHandler(watch)
    try:
        server = cluster.made(FAILED)
    finally:
        logger.removeHandler(watch)
    [action] = cluster.api.actions(cluster.context, server.uuid)
    assert set(seen) == {(action.request_id, server.uuid)}


def test_secrets_are_not_logged(cluster, caplog):
    cluster.override("fake", fail_operations=["spawn"])
    with caplog.at_level(logging.DEBUG):
        cluster.made(FAILED, admin_password="Xyzzy-very-secret", injected_files={"/etc/x": "Zm9vYmFyLXNlY3JldA=="})
    assert caplog.records
    assert not [r for r in caplog.records if "Xyzzy-very-secret" in r.getMessage() or "Zm9vYmFy" in r.getMessage()]
