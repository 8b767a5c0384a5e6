"""The ``nova-lite`` command: talks HTTP to any Nova-shaped cloud and imports nothing else of nova-lite."""
