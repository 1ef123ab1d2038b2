"""Samples that lie in files of numbers: NumPy arrays and IDX."""
