"""The tables of the embedded services, on the same metadata as nova-lite's own.

Only ``nova_lite.embedded`` reads or writes them.  Times are naive UTC with microseconds.
"""
import sqlalchemy as sa

from nova_lite.db.tables import BigInt, Json, Time, metadata

# Binary: names and tags that differ by case only are different, as on the other databases.
_MYSQL = {"mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}


def _id() -> sa.Column:
    return sa.Column("id", sa.String(36), primary_key=True)


def _project(name: str = "project_id") -> sa.Column:
    return sa.Column(name, sa.String(255), nullable=False, index=True)


def _common() -> tuple[sa.Column, ...]:
    """What every Neutron resource has."""
    return (_id(), _project(), sa.Column("name", sa.String(255), nullable=False),
            sa.Column("description", sa.String(255), nullable=False), *_history())


def _history() -> tuple[sa.Column, ...]:
    return (sa.Column("revision_number", sa.Integer, nullable=False),
            sa.Column("created_at", Time, nullable=False), sa.Column("updated_at", Time, nullable=False))


def _reference(name: str, target: str, *, cascade: bool = False, **kwargs) -> sa.Column:
    return sa.Column(name, sa.String(36), sa.ForeignKey(target, ondelete="CASCADE" if cascade else None),
                     **{"nullable": False, **kwargs})


# ``key`` is a token's id; or user:ID, credential:ID for all tokens made with it until ``revoked_at``.
revoked_tokens = sa.Table(
    "embedded_revoked_tokens", metadata,
    sa.Column("key", sa.String(255), primary_key=True),
    sa.Column("revoked_at", sa.Double, nullable=False),           # seconds since 1970, as in a token
    sa.Column("expires_at", sa.Double, nullable=False, index=True),
    **_MYSQL,
)

images = sa.Table(
    "embedded_images", metadata,
    _id(), _project("owner"),
    sa.Column("name", sa.String(255)),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("visibility", sa.String(16), nullable=False),
    sa.Column("disk_format", sa.String(32)),
    sa.Column("container_format", sa.String(32)),
    sa.Column("size", BigInt),
    sa.Column("virtual_size", BigInt),
    sa.Column("checksum", sa.String(32)),
    sa.Column("os_hash_algo", sa.String(16)),
    sa.Column("os_hash_value", sa.String(128)),
    sa.Column("min_disk", sa.Integer, nullable=False),
    sa.Column("min_ram", sa.Integer, nullable=False),
    sa.Column("protected", sa.Boolean, nullable=False),
    sa.Column("os_hidden", sa.Boolean, nullable=False),
    sa.Column("properties", Json, nullable=False),
    sa.Column("created_at", Time, nullable=False, index=True),
    sa.Column("updated_at", Time, nullable=False),
    **_MYSQL,
)

image_tags = sa.Table(
    "embedded_image_tags", metadata,
    _reference("image_id", "embedded_images.id", cascade=True, primary_key=True),
    sa.Column("tag", sa.String(255), primary_key=True),
    **_MYSQL,
)

image_members = sa.Table(
    "embedded_image_members", metadata,
    _reference("image_id", "embedded_images.id", cascade=True, primary_key=True),
    sa.Column("member_id", sa.String(255), primary_key=True),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("updated_at", Time, nullable=False),
    **_MYSQL,
)

networks = sa.Table(
    "embedded_networks", metadata, *_common(),
    sa.Column("admin_state_up", sa.Boolean, nullable=False),
    sa.Column("shared", sa.Boolean, nullable=False),
    sa.Column("mtu", sa.Integer, nullable=False),
    sa.Column("external", sa.Boolean, nullable=False, server_default=sa.false()),
    **_MYSQL,
)

subnets = sa.Table(
    "embedded_subnets", metadata, *_common(),
    _reference("network_id", "embedded_networks.id", index=True),
    sa.Column("cidr", sa.String(64), nullable=False),
    sa.Column("first_address", BigInt, nullable=False),           # of the whole range, for the overlap check
    sa.Column("last_address", BigInt, nullable=False),
    sa.Column("gateway_ip", sa.String(64)),
    sa.Column("enable_dhcp", sa.Boolean, nullable=False),
    sa.Column("dns_nameservers", Json, nullable=False),
    sa.Column("host_routes", Json, nullable=False),
    sa.Column("allocation_pools", Json, nullable=False),
    sa.Index(None, "first_address"),
    **_MYSQL,
)

ports = sa.Table(
    "embedded_ports", metadata, *_common(),
    _reference("network_id", "embedded_networks.id", index=True),
    sa.Column("mac_address", sa.String(17), nullable=False),
    sa.Column("admin_state_up", sa.Boolean, nullable=False),
    sa.Column("device_id", sa.String(255), nullable=False, index=True),
    sa.Column("device_owner", sa.String(255), nullable=False),
    sa.Column("host_id", sa.String(255), nullable=False),
    sa.Column("binding_profile", Json, nullable=False),
    sa.UniqueConstraint("network_id", "mac_address"),
    **_MYSQL,
)

# Who has an address.  Its primary key is what makes an allocation safe from races.  Rows without a
# port hold the gateway's address, which is also the DHCP server's.
addresses = sa.Table(
    "embedded_addresses", metadata,
    _reference("subnet_id", "embedded_subnets.id", primary_key=True),
    sa.Column("address", BigInt, primary_key=True, autoincrement=False),
    _reference("port_id", "embedded_ports.id", cascade=True, nullable=True, index=True),
    **_MYSQL,
)

# ``own_port_id`` is in the external network and has the floating address; ``port_id`` and ``fixed_address`` are what it
# stands for.
floating_ips = sa.Table(
    "embedded_floating_ips", metadata,
    _id(), _project(), sa.Column("description", sa.String(255), nullable=False),
    _reference("floating_network_id", "embedded_networks.id", index=True),
    _reference("own_port_id", "embedded_ports.id", cascade=True, index=True),
    sa.Column("port_id", sa.String(36), sa.ForeignKey("embedded_ports.id", ondelete="SET NULL"), index=True),
    sa.Column("fixed_address", BigInt),
    *_history(), **_MYSQL,
)

# ``default_of`` is the project whose default group it is: unique, so there is never a second one.
security_groups = sa.Table(
    "embedded_security_groups", metadata, *_common(),
    sa.Column("stateful", sa.Boolean, nullable=False),
    sa.Column("default_of", sa.String(255), unique=True),
    **_MYSQL,
)

security_group_rules = sa.Table(
    "embedded_security_group_rules", metadata,
    _id(), _project(), sa.Column("description", sa.String(255), nullable=False),
    _reference("security_group_id", "embedded_security_groups.id", cascade=True, index=True),
    sa.Column("direction", sa.String(8), nullable=False),
    sa.Column("ethertype", sa.String(8), nullable=False),
    sa.Column("protocol", sa.String(16)),
    sa.Column("port_range_min", sa.Integer),
    sa.Column("port_range_max", sa.Integer),
    sa.Column("remote_ip_prefix", sa.String(64)),
    _reference("remote_group_id", "embedded_security_groups.id", cascade=True, nullable=True, index=True),
    *_history(), **_MYSQL,
)

port_security_groups = sa.Table(
    "embedded_port_security_groups", metadata,
    _reference("port_id", "embedded_ports.id", cascade=True, primary_key=True),
    _reference("security_group_id", "embedded_security_groups.id", primary_key=True, index=True),
    **_MYSQL,
)

# A row that a transaction updates in order to be the only one of its kind until it commits.
locks = sa.Table(
    "embedded_locks", metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("taken", sa.Integer, nullable=False),
    **_MYSQL,
)
