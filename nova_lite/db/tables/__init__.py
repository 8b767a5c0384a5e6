"""The schema.  ``migrations/`` builds the same; a contract test compares them.

Times are naive UTC with microseconds.  JSON columns hold values that are only ever read whole.
"""
from nova_lite.db.tables.compute_hosts import aggregate_hosts, aggregates, claims, hosts, services
from nova_lite.db.tables.projects import flavor_access, flavors, keypairs, quota_classes, quotas, user_quotas
from nova_lite.db.tables.servers import (
    action_events,
    actions,
    console_tokens,
    idempotency_keys,
    instances,
    migrations,
    server_group_members,
    server_groups,
    server_passwords,
    unwanted_images,
)
from nova_lite.db.tables.telling import leases, notifications, usage_audits
from nova_lite.db.tables.types import BigInt, Json, Text, Time, metadata, uuid_column

__all__ = ["BigInt", "Json", "Text", "Time", "action_events", "actions", "aggregate_hosts", "aggregates", "claims",
           "console_tokens", "flavor_access", "flavors", "hosts", "idempotency_keys", "instances", "keypairs", "leases",
           "metadata", "migrations", "notifications", "quota_classes", "quotas", "server_group_members",
           "server_groups", "server_passwords", "services", "unwanted_images", "usage_audits", "user_quotas",
           "uuid_column"]
