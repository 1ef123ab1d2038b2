"""Looking inside: what a clicked layer does with the sample that is tried."""
