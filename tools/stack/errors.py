"""What ends a run: one clear line for the user, and where there is one, the log to look at."""
import pathlib


class StackError(Exception):
    """``log`` is the file whose last lines tell more, if any."""

    def __init__(self, message: str, log: pathlib.Path | None = None):
        super().__init__(message)
        self.log = log
