"""The schema's metadata, and the types of columns that differ by database."""
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

metadata = sa.MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s",
                                          "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                                          "pk": "pk_%(table_name)s"})
Time = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Text = sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")
Json = sa.JSON(none_as_null=True).with_variant(mysql.JSON(none_as_null=True), "mysql", "mariadb")


def uuid_column(name: str = "uuid", **kwargs) -> sa.Column:
    return sa.Column(name, sa.String(36), nullable=False, **kwargs)
