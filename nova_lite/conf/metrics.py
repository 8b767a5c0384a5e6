"""Options of what hosts measure, as the scheduler weighs it; with Nova's names."""
from oslo_config import cfg, types

GROUP = "metrics"
OPTS = [
    cfg.FloatOpt("weight_multiplier", mutable=True, default=1.0,
                 help="Weight of hosts' metrics (MetricsWeigher); negative: less is better."),
    cfg.ListOpt("weight_setting", mutable=True, default=[],
                item_type=types.String(regex=r"^[a-z.]+=-?[0-9]+([.][0-9]+)?$"),
                help="Metrics and their parts of the weight, for example cpu.percent=-1.0; hosts measure with "
                     "[compute] compute_monitors."),
    cfg.FloatOpt("weight_of_unavailable", mutable=True, default=-10000.0,
                 help="Weight of a host that lacks one of these metrics."),
]


def ratios(conf) -> dict[str, float]:
    """{metric: its part of the weight}."""
    pairs = (setting.partition("=") for setting in conf.metrics.weight_setting)
    return {name: float(number) for name, _equals, number in pairs}
