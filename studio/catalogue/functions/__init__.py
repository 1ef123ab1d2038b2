"""Layers that change values where they stand, by a function or by chance."""
