"""etc/nova_lite/nova_lite.conf.sample: all options of nova-lite, and those of the libraries that operators set.

oslo.config's generator writes it.  The libraries have hundreds of options more; a list of names keeps the
sample short, and the same whichever release of them is installed.
"""
import copy
import importlib.metadata
import io
from unittest import mock

from oslo_config import cfg, generator

from nova_lite import conf, rpc

# entry point of oslo.config.opts -> group -> options worth showing
LIBRARIES = {
    "oslo.log": {"DEFAULT": ("debug", "log_config_append", "log_file", "log_dir", "use_json", "use_stderr")},
    "oslo.messaging": {
        "DEFAULT": ("transport_url", "rpc_response_timeout", "executor_thread_pool_size"),
        "oslo_messaging_rabbit": ("rabbit_quorum_queue", "rabbit_transient_quorum_queue", "rabbit_qos_prefetch_count",
                                  "heartbeat_timeout_threshold", "ssl", "ssl_ca_file", "ssl_cert_file",
                                  "ssl_key_file"),
    },
    "oslo.middleware": {"oslo_middleware": ("enable_proxy_headers_parsing",),
                        "healthcheck": ("backends", "disable_by_file_path", "allowed_source_ranges")},
    "oslo.policy": {"oslo_policy": ("policy_file", "policy_dirs", "enforce_scope")},
}


def render() -> str:
    settings = cfg.ConfigOpts()
    generator.register_cli_opts(settings)
    settings(["--namespace", "nova_lite", "--wrap-width", "100"], default_config_files=[], default_config_dirs=[])
    output = io.StringIO()
    # The generator finds options by installed entry points only; a checkout has none of its own.
    with mock.patch.object(generator, "_get_raw_opts_loaders", lambda namespaces: _loaders()):
        generator.generate(settings, output)
    return output.getvalue().rstrip("\n") + "\n"


def _loaders():
    found = [("nova_lite", _own)]
    for entry in importlib.metadata.entry_points(group="oslo.config.opts"):
        if entry.name in LIBRARIES:
            found.append((entry.name, lambda entry=entry: _chosen(entry)))
    missing = set(LIBRARIES) - {name for name, _ in found}
    if missing:
        raise SystemExit(f"not installed: {', '.join(sorted(missing))}")
    return sorted(found, key=lambda pair: (pair[0] != "nova_lite", pair[0]))


def _own():
    """A default that is found out when the service starts is shown as that, not as it is on this machine."""
    return [(group, [copy.copy(opt) for opt in opts]) for group, opts in conf.list_opts()]


def _chosen(entry):
    """The chosen options of one library, with the defaults that nova-lite gives them."""
    rpc.set_defaults()
    conf.CONF([], project="nova_lite", default_config_files=[], default_config_dirs=[])
    wanted = LIBRARIES[entry.name]
    for group, opts in entry.load()():
        name = getattr(group, "name", group) or "DEFAULT"
        chosen = [copy.copy(opt) for opt in opts if opt.dest in wanted.get(name, ())]
        for opt in chosen:
            if name == "oslo_messaging_rabbit":
                opt.default = getattr(conf.CONF[name], opt.dest)
        if chosen:
            yield name, chosen
