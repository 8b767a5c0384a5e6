"""What is kept for a time only, and forgotten by the conductors: idempotency keys."""
from nova_lite.db import idempotency, session

INTERVAL = 300          # seconds between looks


def forget_idempotency_keys() -> None:
    """Take away those older than [api] idempotency_key_lifetime, a batch a transaction."""
    forget = session.transaction(idempotency.expire)
    while forget() == idempotency.BATCH:
        pass
