#!/bin/bash
# Runs the tests: tools/run_tests.sh [layer ...], all layers without arguments.  Installs what they need and
# starts RabbitMQ, MariaDB, PostgreSQL and libvirt for those that need them; "--help" lists the layers.
# The work is in tools/testrun; this only sees to it that there is a Python to run it.
set -eu
tools=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$tools/python.sh"
exec "$PYTHON" -m tools.testrun "$@" </dev/null
