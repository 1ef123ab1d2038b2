"""The Runs page: what was trained before, ready to be looked at or gone on with."""
