"""Images: the part of Glance v2 that clients and computes need.  Rows in the database, bytes in files."""
