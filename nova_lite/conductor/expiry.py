"""What is kept for a time only, and forgotten by the conductors: idempotency keys, tokens of consoles,
which usage was told."""
from nova_lite.db import console_tokens, idempotency, session, usage_audits

INTERVAL = 300          # seconds between looks


def forget_idempotency_keys() -> None:
    """Take away those older than [api] idempotency_key_lifetime, a batch a transaction."""
    forget = session.transaction(idempotency.expire)
    while forget() == idempotency.BATCH:
        pass


def forget_console_tokens() -> None:
    """Take away those that lead nowhere any more, a batch a transaction."""
    forget = session.transaction(console_tokens.expire)
    while forget() == console_tokens.BATCH:
        pass


def forget_usage_audits() -> None:
    """Take away those of periods long ago, a batch a transaction."""
    forget = session.transaction(usage_audits.expire)
    while forget() == usage_audits.BATCH:
        pass
