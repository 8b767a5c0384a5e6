#!/bin/bash
# Brings up a nova-lite cloud on this machine: packages, broker, database, services, guest image, and a
# first server.  Run it again at any time: it does what is missing.  "--help" lists the options.
# The work is in tools/stack; this only sees to it that there is a Python to run it.
set -eu
tools=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$tools/python.sh"
exec "$PYTHON" -m tools.stack up "$@" </dev/null
