"""The small part of Keystone v3, Glance v2 and Neutron v2 that clients need on one machine.

One WSGI app (``app.make_app``) under /identity, /image and /network, served by nova-lite-embedded.
The rest of nova-lite reaches it over HTTP only, through the same clients as the real services; the
one exception is ``identity.tokens``, with which the API checks a token's signature itself.
"""
