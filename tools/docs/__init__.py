"""Generators of etc/ and doc/: what can be read from the code is not written by hand."""
