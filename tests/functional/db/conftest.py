"""A fresh database a test: SQLite, or what NOVA_LITE_TEST_DATABASE (an SQLAlchemy URL) names."""
import os

import pytest

from nova_lite import conf
from nova_lite.conf import CONF
from nova_lite.db import session
from nova_lite.db.tables import metadata


@pytest.fixture
def database(no_cloud, tmp_path):
    """The ``session`` module on a database with empty tables."""
    conf.load(files=[])
    url = os.environ.get("NOVA_LITE_TEST_DATABASE", f"sqlite:///{tmp_path}/test.sqlite")
    CONF.set_override("connection", url, group="database")
    session.dispose()
    engine = session.get_engine()
    metadata.drop_all(engine)
    metadata.create_all(engine)
    yield session
    session.dispose()
    CONF.clear_override("connection", group="database")
    CONF.reset()                        # what comes next may load options of its own
