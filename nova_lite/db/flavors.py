"""Flavors and who may use the private ones: tables ``flavors``, ``flavor_access``."""
import dataclasses
import functools

import sqlalchemy as sa
from oslo_db import exception as db_exc
from oslo_utils import timeutils

from nova_lite import exceptions
from nova_lite.db import notes
from nova_lite.db.tables import flavor_access, flavors
from nova_lite.models import Flavor
from nova_lite.notifications import payloads

_FIELDS = tuple(field.name for field in dataclasses.fields(Flavor))
# Key paging compares: NULL is ordered by what stands in for it, a truth value as a number.
SORT_KEYS = {name: flavors.c[name] for name in (
    "id", "flavorid", "name", "vcpus", "memory_mb", "root_gb", "ephemeral_gb", "swap", "rxtx_factor", "created_at")}
SORT_KEYS["is_public"] = sa.cast(flavors.c.is_public, sa.Integer)
SORT_KEYS["disabled"] = sa.cast(flavors.c.disabled, sa.Integer)
SORT_KEYS["updated_at"] = sa.func.coalesce(flavors.c.updated_at, flavors.c.created_at)
SORT_KEYS["description"] = sa.func.coalesce(flavors.c.description, "")


@dataclasses.dataclass(frozen=True)
class Filters:
    """What a list holds.  ``is_public`` None: all; True: also the private ones that ``project_id`` may use."""

    project_id: str | None = None
    is_public: bool | None = True
    disabled: bool | None = None
    min_memory_mb: int | None = None
    min_root_gb: int | None = None
    name: str | None = None


def _flavor(row) -> Flavor:
    return Flavor(**{name: getattr(row, name) for name in _FIELDS})


def _accessible(project_id):
    return sa.exists().where(flavor_access.c.flavor_id == flavors.c.id, flavor_access.c.project_id == project_id)


def get(connection, flavorid: str) -> Flavor:
    """The flavor, public or not; raises FlavorNotFound."""
    return get_visible(connection, flavorid, None, True)


def get_visible(connection, flavorid: str, project_id: str | None, is_admin: bool) -> Flavor:
    """The flavor if the project may see it: public, shared with the project, or the caller is an admin.

    Raises FlavorNotFound, also for one that exists and is hidden.
    """
    project = {} if is_admin else {"project": project_id}
    row = connection.execute(_visible(is_admin), {"flavorid": flavorid, **project}).one_or_none()
    if row is None:
        raise exceptions.FlavorNotFound(flavor_id=flavorid)
    return _flavor(row)


@functools.cache
def _visible(is_admin: bool):
    query = sa.select(flavors).where(flavors.c.flavorid == sa.bindparam("flavorid"))
    if is_admin:
        return query
    return query.where(sa.or_(flavors.c.is_public.is_(True), _accessible(sa.bindparam("project", type_=sa.String))))


def list_page(connection, filters: Filters, *, sort_key: str = "flavorid", sort_dir: str = "asc",
              limit: int | None = None, marker: str | None = None) -> list[Flavor]:
    """A page of flavors after the flavorid ``marker``.  Raises MarkerNotFound; ``sort_key`` is of SORT_KEYS."""
    query, markers = sa.select(flavors), sa.select(flavors.c.id).where(flavors.c.flavorid == marker)
    if filters.is_public is not None:
        wanted = flavors.c.is_public.is_(filters.is_public)
        if filters.is_public and filters.project_id is not None:
            wanted = sa.or_(wanted, _accessible(filters.project_id))
        query, markers = query.where(wanted), markers.where(wanted)     # no hidden flavor is told of by its id
    if filters.disabled is not None:
        query = query.where(flavors.c.disabled.is_(filters.disabled))
    if filters.min_memory_mb is not None:
        query = query.where(flavors.c.memory_mb >= filters.min_memory_mb)
    if filters.min_root_gb is not None:
        query = query.where(flavors.c.root_gb >= filters.min_root_gb)
    if filters.name is not None:
        query = query.where(flavors.c.name.regexp_match(filters.name))
    column, descending = SORT_KEYS[sort_key], sort_dir == "desc"
    if marker is not None:
        last_id = connection.scalar(markers)
        if last_id is None:
            raise exceptions.MarkerNotFound(marker=marker)
        # Compared inside the database: a FLOAT of MariaDB's is not equal to the number that it reads as.
        last = sa.select(column).where(flavors.c.id == last_id).correlate(None).scalar_subquery()
        beyond, beyond_id = ((column < last, flavors.c.id < last_id) if descending
                             else (column > last, flavors.c.id > last_id))
        query = query.where(sa.or_(beyond, sa.and_(column == last, beyond_id)))
    order = (column, flavors.c.id)
    query = query.order_by(*(key.desc() if descending else key.asc() for key in order)).limit(limit)
    return [_flavor(row) for row in connection.execute(query)]


def create(connection, flavor: Flavor) -> Flavor:
    """Store a new flavor; raises FlavorIdExists or FlavorExists (409)."""
    values = flavor.to_dict() | {"created_at": timeutils.utcnow()}
    del values["id"]
    try:
        with connection.begin_nested():
            result = connection.execute(sa.insert(flavors).values(values))
    except db_exc.DBDuplicateEntry as exc:
        taken = connection.scalar(sa.select(flavors.c.id).where(flavors.c.flavorid == flavor.flavorid))
        if taken is not None:
            raise exceptions.FlavorIdExists(flavor_id=flavor.flavorid) from exc
        raise exceptions.FlavorExists(name=flavor.name) from exc
    flavor = flavor.replace(id=result.inserted_primary_key[0])
    notes.told(connection, "flavor.create", payloads.flavor(flavor))
    return flavor


def _tell_update(connection, flavorid: str) -> None:
    if notes.wanted(connection):
        flavor = get(connection, flavorid)
        projects = None if flavor.is_public else list_access(connection, flavor)
        notes.told(connection, "flavor.update", payloads.flavor(flavor, projects))


def set_description(connection, flavorid: str, description: str | None) -> None:
    """Change what may be changed of a flavor; raises FlavorNotFound."""
    _update(connection, flavorid, description=description)


def delete(connection, flavorid: str) -> None:
    """Forget the flavor and its access list; servers keep their own copy.  Raises FlavorNotFound."""
    if notes.wanted(connection):
        notes.told(connection, "flavor.delete", payloads.flavor(get(connection, flavorid)))
    if not connection.execute(sa.delete(flavors).where(flavors.c.flavorid == flavorid)).rowcount:
        raise exceptions.FlavorNotFound(flavor_id=flavorid)


def _update(connection, flavorid: str, **values) -> None:
    statement = sa.update(flavors).where(flavors.c.flavorid == flavorid)
    if not connection.execute(statement.values(updated_at=timeutils.utcnow(), **values)).rowcount:
        raise exceptions.FlavorNotFound(flavor_id=flavorid)
    _tell_update(connection, flavorid)


# -- extra specs ---------------------------------------------------------------------------------
def _locked_extra_specs(connection, flavorid: str) -> dict:
    row = connection.execute(
        sa.select(flavors.c.extra_specs).where(flavors.c.flavorid == flavorid).with_for_update()).one_or_none()
    if row is None:
        raise exceptions.FlavorNotFound(flavor_id=flavorid)
    return row[0]


def set_extra_specs(connection, flavorid: str, specs: dict[str, str]) -> None:
    """Add or replace these specs, keep the others; raises FlavorNotFound."""
    present = _locked_extra_specs(connection, flavorid)
    _update(connection, flavorid, extra_specs=present | specs)


def delete_extra_spec(connection, flavorid: str, key: str) -> None:
    """Remove one spec; raises FlavorNotFound or FlavorExtraSpecsNotFound."""
    present = _locked_extra_specs(connection, flavorid)
    if key not in present:
        raise exceptions.FlavorExtraSpecsNotFound(flavor_id=flavorid, extra_specs_key=key)
    _update(connection, flavorid, extra_specs={name: value for name, value in present.items() if name != key})


# -- access --------------------------------------------------------------------------------------
def list_access(connection, flavor: Flavor) -> list[str]:
    """The projects that may use a private flavor."""
    return list(connection.scalars(sa.select(flavor_access.c.project_id).where(
        flavor_access.c.flavor_id == flavor.id).order_by(flavor_access.c.project_id)))


def add_access(connection, flavor: Flavor, project_id: str) -> None:
    """Let the project use the flavor; raises FlavorAccessExists (409)."""
    try:
        with connection.begin_nested():
            connection.execute(sa.insert(flavor_access).values(flavor_id=flavor.id, project_id=project_id))
    except db_exc.DBDuplicateEntry as exc:
        raise exceptions.FlavorAccessExists(flavor_id=flavor.flavorid, project_id=project_id) from exc
    _tell_update(connection, flavor.flavorid)


def remove_access(connection, flavor: Flavor, project_id: str) -> None:
    """Take it away again; raises FlavorAccessNotFound (404)."""
    if not connection.execute(sa.delete(flavor_access).where(
            flavor_access.c.flavor_id == flavor.id, flavor_access.c.project_id == project_id)).rowcount:
        raise exceptions.FlavorAccessNotFound(flavor_id=flavor.flavorid, project_id=project_id)
    _tell_update(connection, flavor.flavorid)
