"""One of several processes that run tests at the same time has a broker and databases of its own."""
import os

from tools.testrun import services

if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ.update(services.own(os.environ, worker))
