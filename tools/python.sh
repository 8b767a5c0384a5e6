# Sourced by the scripts beside it, with $tools set: Debian's own Python, installed when it is missing.
# (The python3 of the PATH may be anybody's, and the tools use the standard library alone.)
PYTHON=/usr/bin/python3
if [ ! -x $PYTHON ]; then
    echo "installing python3"
    { apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -y -q install --no-install-recommends python3; } \
        </dev/null >/tmp/nova-lite-python.log 2>&1 ||
        { echo "error: python3 cannot be installed; log: /tmp/nova-lite-python.log" >&2; exit 1; }
fi
$PYTHON -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    { echo "error: $PYTHON is older than 3.11; nova-lite needs Debian 12 or newer" >&2; exit 1; }
export PYTHONPATH=${tools%/*} PYTHONUNBUFFERED=1
