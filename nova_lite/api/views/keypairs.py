"""Key pairs as clients see them; ``type`` is shown from 2.2 on."""
from nova_lite.api.views import times
from nova_lite.models.keypair import Keypair


def brief(request, keypair: Keypair) -> dict:
    """What the list and every other answer have."""
    body = {"name": keypair.name, "public_key": keypair.public_key, "fingerprint": keypair.fingerprint}
    if request.version >= "2.2":
        body["type"] = keypair.type
    return body


def created(request, keypair: Keypair, private_key: str | None) -> dict:
    """The only answer that ever has the private key, if it was made here."""
    body = brief(request, keypair) | {"user_id": keypair.user_id}
    if private_key is not None:
        body["private_key"] = private_key
    return {"keypair": body}


def show(request, keypair: Keypair) -> dict:
    """One key pair; the times are those of Nova's rows, which are never updated."""
    return {"keypair": brief(request, keypair) | {
        "id": keypair.id, "user_id": keypair.user_id, "created_at": times.microseconds(keypair.created_at),
        "updated_at": None, "deleted": False, "deleted_at": None}}


def page(request, keypairs: list[Keypair], limit: int | None) -> dict:
    """A list, each item wrapped; paged from 2.35 on (``limit`` not None)."""
    body = {"keypairs": [{"keypair": brief(request, keypair)} for keypair in keypairs]}
    if keypairs and len(keypairs) == limit:
        body["keypairs_links"] = [request.next_link(keypairs[-1].name)]
    return body
