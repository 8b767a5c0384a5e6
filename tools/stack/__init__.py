"""One machine's cloud: what tools/stack.sh and tools/unstack.sh do, and the instances of RabbitMQ,
MariaDB, PostgreSQL and libvirt that tools/testrun starts too.

``python3 -m tools.stack up|down`` in the checkout.  Everything runs on the system's Python with the
standard library alone, since it makes the virtual environment; only ``cloud.py`` runs inside that.
"""
