"""The runs that wait for their turn, as a list beside the results."""
