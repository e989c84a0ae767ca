"""Which design the parties would agree on: designs solved, deals predicted."""
