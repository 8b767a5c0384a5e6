"""What a list of servers is asked for: made by the REST edge, read by ``db.server_query``."""
import dataclasses
import datetime

from nova_lite.models.base import Model


@dataclasses.dataclass(frozen=True)
class ServerQuery(Model):
    """All conditions hold together.  Keys of ``equal``, ``matching`` and ``sort`` are fields of Instance.

    ``limit``: servers of one page; ``marker``: uuid of the last server of the page before;
    ``sort``: (field, "asc" or "desc") pairs, most significant first.  Times are naive UTC.
    """

    project_id: str | None = None                    # None: every project's
    deleted: bool | None = False                     # None: both
    soft_deleted: bool = False                       # with those that are not deleted, or with those that are
    limit: int = 1000
    marker: str | None = None
    sort: tuple[tuple, ...] = (("created_at", "desc"), ("id", "desc"))
    equal: dict = dataclasses.field(default_factory=dict)      # field: value, or a tuple of which one is enough
    matching: dict = dataclasses.field(default_factory=dict)   # field: regular expression, found anywhere in it
    ip: str | None = None                            # regular expression on each fixed IPv4 address
    ip6: str | None = None
    states: tuple[tuple, ...] | None = None          # (vm_state, task_states or None): one is enough
    locked: bool | None = None
    changes_since: datetime.datetime | None = None
    changes_before: datetime.datetime | None = None
    tags: tuple[str, ...] = ()                       # has all
    tags_any: tuple[str, ...] = ()                   # has one
    not_tags: tuple[str, ...] = ()                   # has not all
    not_tags_any: tuple[str, ...] = ()               # has none
