"""Plan, events, the loop, freezing, metrics and checkpoints; torch comes in with `trainer`."""
