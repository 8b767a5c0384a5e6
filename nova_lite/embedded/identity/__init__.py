"""Identity: the part of Keystone v3 that clients need.  One domain, ``default``; users in a file."""
