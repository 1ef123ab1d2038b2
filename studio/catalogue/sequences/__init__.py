"""Layers that read a sequence step by step, or say what its steps are and where they stand."""
