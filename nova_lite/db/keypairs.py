"""Key pairs of users: table ``keypairs``.  Only the public half is ever stored."""
import dataclasses

import sqlalchemy as sa
from oslo_db import exception as db_exc
from oslo_utils import timeutils

from nova_lite import exceptions
from nova_lite.db import notes
from nova_lite.db.tables import keypairs
from nova_lite.models.keypair import Keypair
from nova_lite.notifications import payloads

_FIELDS = tuple(field.name for field in dataclasses.fields(Keypair))


def _keypair(row) -> Keypair:
    return Keypair(**{name: getattr(row, name) for name in _FIELDS})


def get(connection, user_id: str, name: str) -> Keypair:
    """The user's key pair; raises KeypairNotFound."""
    row = connection.execute(
        sa.select(keypairs).where(keypairs.c.user_id == user_id, keypairs.c.name == name)).one_or_none()
    if row is None:
        raise exceptions.KeypairNotFound(name=name, user_id=user_id)
    return _keypair(row)


def list_page(connection, user_id: str, *, limit: int | None = None, marker: str | None = None) -> list[Keypair]:
    """The user's key pairs by name, after the name ``marker``; raises MarkerNotFound."""
    query = sa.select(keypairs).where(keypairs.c.user_id == user_id).order_by(keypairs.c.name).limit(limit)
    if marker is not None:
        try:
            get(connection, user_id, marker)
        except exceptions.KeypairNotFound:
            raise exceptions.MarkerNotFound(marker=marker) from None
        query = query.where(keypairs.c.name > marker)
    return [_keypair(row) for row in connection.execute(query)]


def count(connection, user_id: str) -> int:
    return connection.scalar(sa.select(sa.func.count()).where(keypairs.c.user_id == user_id))


def create(connection, keypair: Keypair, imported: bool) -> Keypair:
    """Store it (``imported``: made elsewhere); raises KeyPairExists (409)."""
    values = {name: getattr(keypair, name) for name in _FIELDS if name != "id"} | {"created_at": timeutils.utcnow()}
    try:
        with connection.begin_nested():
            result = connection.execute(sa.insert(keypairs).values(values))
    except db_exc.DBDuplicateEntry as exc:
        raise exceptions.KeyPairExists(key_name=keypair.name) from exc
    notes.told(connection, "keypair.import" if imported else "keypair.create", payloads.keypair(keypair))
    return keypair.replace(id=result.inserted_primary_key[0], created_at=values["created_at"])


def delete(connection, user_id: str, name: str) -> None:
    """Forget it; servers keep their own copy.  Raises KeypairNotFound."""
    if notes.wanted(connection):
        notes.told(connection, "keypair.delete", payloads.keypair(get(connection, user_id, name)))
    if not connection.execute(
            sa.delete(keypairs).where(keypairs.c.user_id == user_id, keypairs.c.name == name)).rowcount:
        raise exceptions.KeypairNotFound(name=name, user_id=user_id)
