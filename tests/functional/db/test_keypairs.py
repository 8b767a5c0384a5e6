"""Key pairs belong to a user; names are unique for each."""
import pytest

from nova_lite import exceptions
from nova_lite.db import keypairs
from nova_lite.models.keypair import Keypair


def _create(database, name, user="u"):
    return database.transaction(keypairs.create)(Keypair(user, name, "ssh", "ssh-rsa AAAA", "00:11"), True)


def test_create_get_delete(database):
    made = _create(database, "k")
    _create(database, "k", "other")
    with database.reader() as connection:
        assert keypairs.get(connection, "u", "k") == made
        assert keypairs.count(connection, "u") == 1
    with pytest.raises(exceptions.KeyPairExists, match="^Key pair 'k' already exists.$"):
        _create(database, "k")
    database.transaction(keypairs.delete)("u", "k")
    with pytest.raises(exceptions.KeypairNotFound, match="^Keypair k not found for user u$"):
        database.transaction(keypairs.delete)("u", "k")
    with database.reader() as connection:
        assert keypairs.get(connection, "other", "k").user_id == "other"


def test_pages_by_name(database):
    for name in "cabd":
        _create(database, name)
    with database.reader() as connection:
        page = [k.name for k in keypairs.list_page(connection, "u", limit=2, marker="a")]
        assert page == ["b", "c"]
        assert keypairs.list_page(connection, "u", limit=0) == []
        with pytest.raises(exceptions.MarkerNotFound):
            keypairs.list_page(connection, "u", marker="nope")
