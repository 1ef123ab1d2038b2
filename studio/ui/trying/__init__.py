"""Asking a trained network about one sample that somebody draws, types, fills in or chooses."""
