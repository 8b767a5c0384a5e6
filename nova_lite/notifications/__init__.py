"""What the bus is told of changes: which notifications there are, what makes them, what they hold.

Pure functions and tables; ``db.notifications`` keeps what is to be sent, ``conductor.notifications`` sends it.
"""
