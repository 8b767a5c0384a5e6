"""What users choose from and have: flavors, keys, limits."""
import sqlalchemy as sa

from nova_lite.db.tables.types import Json, Text, Time, metadata

flavors = sa.Table(
    "flavors", metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("flavorid", sa.String(255), nullable=False, unique=True),
    sa.Column("name", sa.String(255), nullable=False, unique=True),
    sa.Column("description", Text),
    sa.Column("vcpus", sa.Integer, nullable=False),
    sa.Column("memory_mb", sa.Integer, nullable=False),
    sa.Column("root_gb", sa.Integer, nullable=False),
    sa.Column("ephemeral_gb", sa.Integer, nullable=False),
    sa.Column("swap", sa.Integer, nullable=False),
    sa.Column("rxtx_factor", sa.Float, nullable=False),
    sa.Column("is_public", sa.Boolean, nullable=False),
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.Column("extra_specs", Json, nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("updated_at", Time),
    mysql_charset="utf8mb4",
)

flavor_access = sa.Table(
    "flavor_access", metadata,
    sa.Column("flavor_id", sa.Integer, sa.ForeignKey("flavors.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("project_id", sa.String(255), primary_key=True),
    mysql_charset="utf8mb4",
)

keypairs = sa.Table(
    "keypairs", metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("user_id", sa.String(255), nullable=False),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("type", sa.String(16), nullable=False),
    sa.Column("public_key", Text, nullable=False),
    sa.Column("fingerprint", sa.String(255), nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.UniqueConstraint("user_id", "name"),
    mysql_charset="utf8mb4",
)

# One row a project: what it uses, counted in the same transaction as the servers, and its own limits
# (NULL: the default).  One conditional UPDATE is both the check and the reservation.
quotas = sa.Table(
    "quotas", metadata,
    sa.Column("project_id", sa.String(255), primary_key=True),
    sa.Column("instances_used", sa.Integer, nullable=False),
    sa.Column("cores_used", sa.Integer, nullable=False),
    sa.Column("ram_used", sa.Integer, nullable=False),
    sa.Column("instances", sa.Integer),
    sa.Column("cores", sa.Integer),
    sa.Column("ram", sa.Integer),
    sa.Column("others", Json, nullable=False),                   # limits of all other resources
    mysql_charset="utf8mb4",
)

# Limits that an administrator has set: of the class "default", and of users within a project.
quota_classes = sa.Table(
    "quota_classes", metadata,
    sa.Column("class_name", sa.String(255), primary_key=True),
    sa.Column("resource", sa.String(64), primary_key=True),
    sa.Column("hard_limit", sa.Integer, nullable=False),
    mysql_charset="utf8mb4",
)

user_quotas = sa.Table(
    "user_quotas", metadata,
    sa.Column("project_id", sa.String(255), primary_key=True),
    sa.Column("user_id", sa.String(255), primary_key=True),
    sa.Column("resource", sa.String(64), primary_key=True),
    sa.Column("hard_limit", sa.Integer, nullable=False),
    mysql_charset="utf8mb4",
)
