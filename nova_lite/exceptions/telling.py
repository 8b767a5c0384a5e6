"""What is kept and shown of an error, whosever it is."""
import traceback

from nova_lite.exceptions.base import NovaLiteError


def traceback_of(error: BaseException, limit: int = 20) -> str:
    """The traceback as it is kept and shown: of an error that is not ours only the class, since its text may hold
    what the failing call was given, a password for example.  The log has it whole.
    """
    told, seen = [], set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        name = f"{type(error).__module__}.{type(error).__qualname__}"
        told.append("".join(["Traceback (most recent call last):\n", *traceback.format_tb(error.__traceback__, limit),
                             f"{name}: {error}" if isinstance(error, NovaLiteError) else name, "\n"]))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nThat led to:\n\n".join(reversed(told))


def origin(error: BaseException) -> dict[str, str]:
    """Its class, and the module and function that raised it."""
    frames = [frame for frame, _line in traceback.walk_tb(error.__traceback__)]
    frame = frames[-1] if frames else None
    return {"exception": type(error).__name__, "module": frame.f_globals.get("__name__", "") if frame else "",
            "function": frame.f_code.co_name if frame else ""}
