"""Fixtures: a deployment on each database, a user of it."""
from tests.integration.databases import demo, deployment  # noqa: F401
