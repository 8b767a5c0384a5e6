"""Values that read one way in a table and another in JSON or YAML (cliff's FormattableColumn)."""
from cliff import columns


class Pairs(columns.FormattableColumn):
    """A dict: ``a=1, b=2``."""

    def human_readable(self):
        return ", ".join(f"{key}={value}" for key, value in sorted((self._value or {}).items()))


class Words(columns.FormattableColumn):
    """A list: ``a, b``."""

    def human_readable(self):
        return ", ".join(str(item) for item in self._value or ())


class Addresses(columns.FormattableColumn):
    """A server's ``addresses``: ``private=10.0.0.5, fd00::5``; JSON has {network: [address]}."""

    def human_readable(self):
        return "; ".join(f"{label}={', '.join(found)}" for label, found in self.machine_readable().items())

    def machine_readable(self):
        return {label: [entry["addr"] for entry in entries] for label, entries in (self._value or {}).items()}


class Power(columns.FormattableColumn):
    """power_state: a word in a table, Nova's number elsewhere."""

    WORDS = {0: "NOSTATE", 1: "Running", 3: "Paused", 4: "Shutdown", 6: "Crashed", 7: "Suspended"}

    def human_readable(self):
        return "" if self._value is None else self.WORDS.get(self._value, f"unknown ({self._value})")


class Digest(columns.FormattableColumn):
    """A long hash: its beginning in a table."""

    def human_readable(self):
        text = self._value or ""
        return text if len(text) <= 40 else text[:39] + "…"


class Size(columns.FormattableColumn):
    """Bytes: ``12.5 MiB`` in a table."""

    def human_readable(self):
        if self._value is None:
            return ""
        value = float(self._value)
        for unit in ("B", "KiB", "MiB", "GiB"):
            if value < 1024:
                return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
            value /= 1024
        return f"{value:.1f} TiB"
