"""Periods of usage are Nova's."""
import datetime
import re

import pytest

from nova_lite import usage_period


def times(*texts):
    return tuple(map(datetime.datetime.fromisoformat, texts))


@pytest.mark.parametrize("period, before, begin, end", [
    ("hour", "2026-03-01 00:10", "2026-02-28 23:00", "2026-03-01 00:00"),
    ("hour@30", "2026-03-01 00:10", "2026-02-28 22:30", "2026-02-28 23:30"),
    ("day", "2026-03-01 00:00", "2026-02-27", "2026-02-28"),
    ("day", "2026-03-01 00:00:00.000001", "2026-02-28", "2026-03-01"),
    ("day@18", "2026-03-01 17:00", "2026-02-27 18:00", "2026-02-28 18:00"),
    ("day@18", "2026-03-01 19:00", "2026-02-28 18:00", "2026-03-01 18:00"),
    ("month", "2026-03-31 23:59", "2026-02-01", "2026-03-01"),
    ("month", "2026-01-15", "2025-12-01", "2026-01-01"),
    ("month", "2026-02-01", "2025-12-01", "2026-01-01"),
    ("month@15", "2026-01-15", "2025-11-15", "2025-12-15"),
    ("month@15", "2026-03-16", "2026-02-15", "2026-03-15"),
    ("year", "2026-07-01", "2025-01-01", "2026-01-01"),
    ("year@3", "2026-02-01", "2024-03-01", "2025-03-01"),
    ("year@3", "2026-04-01", "2025-03-01", "2026-03-01"),
])
def test_the_last_period_that_is_over(period, before, begin, end):
    [before] = times(before)
    assert usage_period.last_completed(period, before) == times(begin, end)
    assert usage_period.current(period, before) == (*times(end), before)


def test_a_calendar_has_a_beginning():
    for period in ("hour", "day", "month", "year"):
        with pytest.raises(ValueError):
            usage_period.last_completed(period, datetime.datetime(1, 1, 1))


def test_what_may_be_configured():
    good = "hour hour@0 hour@59 day@23 month month@1 month@28 year@12"
    assert all(re.search(usage_period.PATTERN, period) for period in good.split())
    bad = "hours hour@60 day@24 month@29 year@13 week month@ @3"
    assert not [period for period in bad.split() if re.search(usage_period.PATTERN, period)]
