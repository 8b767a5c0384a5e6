"""nova-lite: a faithful mini-Nova.

A ``POST /v2.1/servers`` travels api -> compute.api -> conductor -> scheduler -> compute.manager ->
virt.  The order is a row in the database (``actions``); every message is only a hint to look at it.
"""
