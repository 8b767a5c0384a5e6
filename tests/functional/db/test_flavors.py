"""Flavors: who sees which, pages, specs."""
import pytest

from nova_lite import exceptions
from nova_lite.db import flavors
from nova_lite.db.flavors import Filters
from nova_lite.models import Flavor


def _flavor(flavorid, **values):
    return Flavor(**{"flavorid": flavorid, "name": f"m1.{flavorid}", "vcpus": 1, "memory_mb": 512, "root_gb": 1}
                  | values)


@pytest.fixture
def stocked(database):
    create = database.transaction(flavors.create)
    create(_flavor("1", rxtx_factor=1.1))
    create(_flavor("2", memory_mb=1024, root_gb=10, rxtx_factor=1.1))
    secret = create(_flavor("3", is_public=False))
    database.transaction(flavors.add_access)(secret, "friend")
    create(_flavor("4", disabled=True, memory_mb=1024))
    return database


def _page(database, filters=None, **paging):
    filters = filters or Filters()
    with database.reader() as connection:
        return [flavor.flavorid for flavor in flavors.list_page(connection, filters, **paging)]


def test_get_gives_all_fields(database):
    made = database.transaction(flavors.create)(_flavor("x", extra_specs={"a": "b"}, description="d", swap=3))
    with database.reader() as connection:
        assert flavors.get(connection, "x") == made
        with pytest.raises(exceptions.FlavorNotFound, match="^Flavor y could not be found.$"):
            flavors.get(connection, "y")


def test_private_flavors_are_hidden_from_strangers(stocked):
    with stocked.reader() as connection:
        assert flavors.get_visible(connection, "3", "friend", False).name == "m1.3"
        assert flavors.get_visible(connection, "3", "stranger", True).name == "m1.3"
        with pytest.raises(exceptions.FlavorNotFound):
            flavors.get_visible(connection, "3", "stranger", False)


@pytest.mark.parametrize(("filters", "ids"), [
    (Filters(), "124"), (Filters(is_public=None), "1234"), (Filters(is_public=False), "3"),
    (Filters(project_id="friend"), "1234"), (Filters(project_id="friend", disabled=False), "123"),
    (Filters(min_memory_mb=1024), "24"), (Filters(min_root_gb=2), "2"), (Filters(name="1.[14]$"), "14"),
])
def test_filters(stocked, filters, ids):
    assert _page(stocked, filters) == list(ids)


@pytest.mark.parametrize(("paging", "ids"), [
    ({"limit": 2}, "12"), ({"limit": 2, "marker": "2"}, "4"), ({"marker": "1"}, "24"), ({"limit": 0}, ""),
    ({"sort_key": "memory_mb", "sort_dir": "desc"}, "421"),
    ({"sort_key": "memory_mb", "sort_dir": "desc", "marker": "4"}, "21"),
    ({"sort_key": "memory_mb", "marker": "1"}, "24"), ({"sort_key": "description", "marker": "2"}, "4"),
])
def test_pages(stocked, paging, ids):
    assert _page(stocked, **paging) == list(ids)


@pytest.mark.parametrize("key", sorted(flavors.SORT_KEYS))
def test_every_sort_key_pages_through_all(stocked, key):
    seen, marker = [], None
    while page := _page(stocked, Filters(is_public=None), sort_key=key, limit=1, marker=marker):
        seen, marker = seen + page, page[-1]
    assert sorted(seen) == list("1234")


def test_unknown_marker(stocked):
    with pytest.raises(exceptions.MarkerNotFound, match=r"^marker \[nope\] not found$"):
        _page(stocked, marker="nope")


def test_duplicates(stocked):
    create = stocked.transaction(flavors.create)
    with pytest.raises(exceptions.FlavorIdExists, match="^Flavor with ID 1 already exists.$"):
        create(_flavor("1", name="new"))
    with pytest.raises(exceptions.FlavorExists, match="^Flavor with name m1.1 already exists.$"):
        create(_flavor("new", name="m1.1"))


def test_extra_specs_are_merged_and_deleted(stocked):
    stocked.transaction(flavors.set_extra_specs)("1", {"a": "1", "b": "2"})
    stocked.transaction(flavors.set_extra_specs)("1", {"b": "3"})
    stocked.transaction(flavors.delete_extra_spec)("1", "a")
    with stocked.reader() as connection:
        assert flavors.get(connection, "1").extra_specs == {"b": "3"}
    with pytest.raises(exceptions.FlavorExtraSpecsNotFound, match="^Flavor 1 has no extra specs with key a.$"):
        stocked.transaction(flavors.delete_extra_spec)("1", "a")
    with pytest.raises(exceptions.FlavorNotFound):
        stocked.transaction(flavors.set_extra_specs)("nope", {})


def test_deleting_takes_the_access_list_along(stocked):
    stocked.transaction(flavors.delete)("3")
    with pytest.raises(exceptions.FlavorNotFound):
        stocked.transaction(flavors.delete)("3")
    again = stocked.transaction(flavors.create)(_flavor("3", is_public=False))
    with stocked.reader() as connection:
        assert flavors.list_access(connection, again) == []


def test_access(stocked):
    with stocked.reader() as connection:
        secret = flavors.get(connection, "3")
    with pytest.raises(exceptions.FlavorAccessExists):
        stocked.transaction(flavors.add_access)(secret, "friend")
    stocked.transaction(flavors.remove_access)(secret, "friend")
    with pytest.raises(exceptions.FlavorAccessNotFound):
        stocked.transaction(flavors.remove_access)(secret, "friend")
