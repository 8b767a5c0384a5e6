"""Periods that usage is told by: hours, days, months or years of [DEFAULT] instance_usage_audit_period, in UTC.

Pure functions; the words and bounds are Nova's.
"""
import datetime

# unit[@offset]: an hour begins at that minute, a day at that hour, a month on that day (which each month has), a year
# with that month.
PATTERN = r"^(hour(@[0-5]?\d)?|day(@([01]?\d|2[0-3]))?|month(@([01]?\d|2[0-8]))?|year(@(0?\d|1[0-2]))?)$"


def last_completed(period: str, before: datetime.datetime) -> tuple[datetime.datetime, datetime.datetime]:
    """Beginning and end of the last one that ended before.  Raises ValueError where the calendar ends."""
    unit, _, offset = period.partition("@")
    end = _beginning(unit, int(offset or 0), before)
    if end >= before:
        end = _earlier(unit, end)
    return _earlier(unit, end), end


def current(period: str, at: datetime.datetime) -> tuple[datetime.datetime, datetime.datetime]:
    """From the beginning of the present one until now."""
    return last_completed(period, at)[1], at


def _beginning(unit: str, offset: int, at: datetime.datetime) -> datetime.datetime:
    """The one with the calendar's numbers of ``at``; it may lie behind that."""
    match unit:
        case "hour":
            return at.replace(minute=offset, second=0, microsecond=0)
        case "day":
            return at.replace(hour=offset, minute=0, second=0, microsecond=0)
        case "month":
            return datetime.datetime(at.year, at.month, offset or 1)
        case _:
            return datetime.datetime(at.year, offset or 1, 1)


def _earlier(unit: str, begin: datetime.datetime) -> datetime.datetime:
    if unit in ("hour", "day"):
        try:
            return begin - datetime.timedelta(**{f"{unit}s": 1})
        except OverflowError as error:
            raise ValueError(str(error)) from None
    if unit == "year":
        return begin.replace(year=begin.year - 1)
    return begin.replace(year=begin.year - (begin.month == 1), month=(begin.month - 2) % 12 + 1)
