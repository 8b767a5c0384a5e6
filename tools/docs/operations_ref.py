"""doc/operations-ref.rst: the metrics, the ports they are at, and the options that SIGHUP reloads."""
from nova_lite import conf, metrics
from nova_lite.cmd import observer
from tools.docs import rst

_METRICS = """\
At ``/metrics`` of each service, in Prometheus' format; a counter's name ends there in ``_total``, and a histogram has
``_bucket``, ``_sum`` and ``_count``. Beside them stand the process's own (``process_*``; not of the API, whose workers
tell their sum).
"""
_OPTIONS = """\
These take effect when the configuration is read again; for all others a warning says that they need a restart.
``[DEFAULT] debug`` and ``log_config_append`` (oslo.log's) are reloaded, too.
"""


def render() -> str:
    lines = [*rst.notice("nova_lite/metrics.py and nova_lite/conf"),
             *rst.heading("Metrics, ports and reloaded options", "=")]
    lines += rst.heading("Ports", "-")
    lines += rst.table(("Service", "Port"), ((rst.code(name), rst.code(f"port_base + {position}"))
                                             for position, name in enumerate(observer.NAMES)))
    lines += rst.heading("Metrics", "-") + [*_METRICS.splitlines(), ""]
    counted = [(metric._name, metric._type, metric._labelnames, metric._documentation) for metric in metrics.COUNTED]
    looked_up = [(gauge.name, "gauge", gauge.labels, gauge.documentation) for gauge in metrics.LOOKED_UP]
    lines += rst.table(("Name", "Kind", "Labels", "What"),
                       ((rst.code(name), kind, ", ".join(map(rst.code, labels)), what)
                        for name, kind, labels, what in sorted([*counted, *looked_up])), (30, 8, 22, 40))
    lines += rst.heading("Options that SIGHUP reloads", "-") + [*_OPTIONS.splitlines(), ""]
    lines += rst.table(("Section", "Options"),
                       ((rst.code(f"[{group}]"), ", ".join(rst.code(opt.name) for opt in opts if opt.mutable))
                        for group, opts in conf.list_opts() if any(opt.mutable for opt in opts)), (12, 60))
    return rst.text(lines)
