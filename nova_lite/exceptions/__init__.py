"""The error tree.  Each error knows its HTTP code; ``api.faults`` is the one place that maps them.

An error's text goes to users, so it is written in Nova's words where clients look for them.  All are used from here.
"""
from nova_lite.exceptions.base import *  # noqa: F403
from nova_lite.exceptions.failures import *  # noqa: F403
from nova_lite.exceptions.requests import *  # noqa: F403
from nova_lite.exceptions.telling import origin as origin
from nova_lite.exceptions.telling import traceback_of as traceback_of
