"""What a host measures of itself, for the scheduler's MetricsWeigher: by Nova's names, told with heartbeats."""
import logging

from nova_lite.conf import CONF
from nova_lite.virt.driver import ComputeDriver

LOG = logging.getLogger(__name__)
CPU = "cpu.virt_driver"
_PARTS = ("kernel", "idle", "user", "iowait")


class Monitors:
    """``read`` is called at each heartbeat; shares of time are since the one before."""

    def __init__(self, driver: ComputeDriver):
        self._driver, self._before = driver, None

    def read(self) -> dict[str, float]:
        """{"cpu.percent": 0..1, "cpu.user.time": ns, "cpu.frequency": MHz …}; {} without monitors."""
        if CPU not in CONF.compute.compute_monitors:
            return {}
        try:
            times, frequency = self._driver.cpu_times()
        except Exception:
            LOG.exception("the CPU's times cannot be read")        # a heartbeat must not wait for that
            return {}
        before, self._before = self._before or dict.fromkeys(_PARTS, 0), times
        spent = {part: times[part] - before[part] for part in _PARTS}
        total = sum(spent.values())
        found = {"cpu.frequency": float(frequency)}
        for part in _PARTS:
            found[f"cpu.{part}.time"] = float(times[part])
            if total > 0:
                found[f"cpu.{part}.percent"] = round(spent[part] / total, 4)
        if total > 0:
            found["cpu.percent"] = round(1 - (spent["idle"] + spent["iowait"]) / total, 4)
        return found
