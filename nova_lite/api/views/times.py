"""The two forms of time that clients parse; see each."""


def seconds(value) -> str | None:
    """``2016-10-20T08:12:31Z``: created, updated of servers, flavors, keypairs …"""
    return value and value.isoformat(timespec="seconds")[:19] + "Z"      # strftime takes five times as long


def microseconds(value) -> str | None:
    """``2016-10-20T08:12:40.000000``: launched_at, and everything of actions and services."""
    return value and value.isoformat(timespec="microseconds")[:26]
