"""Unmodified clients of the compute API against a cloud of this process, at the lowest and the highest microversion."""
