"""Figures as pictures (PNG)."""
import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402


def load(found: dict, path: str) -> None:
    """What tools.bench.load measured: rates and median latencies by concurrency."""
    figure, (rates, medians) = pyplot.subplots(1, 2, figsize=(11, 4))
    for name in ("create", "delete"):
        rates.plot(*_line({c: row["servers_per_second"] for c, row in found[name].items()}), "o-", label=name)
        medians.plot(*_line({c: row["accepted"]["p50_ms"] for c, row in found[name].items()}), "o-",
                     label=f"{name} accepted")
    for name in ("show", "list"):
        rates.plot(*_line({c: row["rate"] for c, row in found[name].items()}), "o-", label=name)
        medians.plot(*_line({c: row["p50_ms"] for c, row in found[name].items()}), "o-", label=name)
    _finish(figure, path, (rates, "concurrency", "a second"), (medians, "concurrency", "median, ms"))


def ratios(rows: dict[str, dict[int, float]], path: str, sizes: str) -> None:
    """{measure: {size: time in units of the smallest size's}}."""
    figure, axes = pyplot.subplots(figsize=(7, 4))
    for name, line in rows.items():
        axes.plot(*_line(line), "o-", label=name)
    axes.axhline(1.25, linestyle=":", color="grey")
    _finish(figure, path, (axes, sizes, "time, in units of the smallest size's"))


def _line(values: dict):
    return zip(*sorted((int(x), y) for x, y in values.items() if y is not None), strict=True)


def _finish(figure, path, *axes):
    for one, x, y in axes:
        one.set_xscale("log")
        one.set_yscale("log")
        one.set_xlabel(x)
        one.set_ylabel(y)
        one.grid(visible=True, which="both", alpha=0.3)
        one.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=120)
    pyplot.close(figure)
