"""Measurements and trials of a whole cloud; each is a command with its own --help."""
