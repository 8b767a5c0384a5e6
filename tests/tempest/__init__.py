"""tempest, OpenStack's own test suite, against a deployment with fake guests: a test layer of its own.

``python -m tests.tempest`` (see ``tools/run_tests.sh tempest``) runs the chosen part of tempest.api.compute.
"""
