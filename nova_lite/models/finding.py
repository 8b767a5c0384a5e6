"""What an audit has found: one thing that must not be."""
import dataclasses

from nova_lite.models.base import Model

LOST, STUCK, DOUBLED, LEAKED = "lost", "stuck", "doubled", "leaked"
KINDS = (LOST, STUCK, DOUBLED, LEAKED)


@dataclasses.dataclass(frozen=True)
class Finding(Model):
    """``kind``: lost (what a user has is not there), stuck (nothing, or nobody, brings it to an end), doubled (done
    twice, or what was given up was done nevertheless) or leaked (held for nobody, or counted wrong)."""

    kind: str
    text: str

    def __str__(self) -> str:
        return self.text
