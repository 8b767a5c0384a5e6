#!/bin/bash
# Stops everything that stack.sh started; with --purge it also removes the data directory.
set -eu
tools=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$tools/python.sh"
exec "$PYTHON" -m tools.stack down "$@" </dev/null
