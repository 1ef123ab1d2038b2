"""Layers that slide a window over a signal, a picture or a volume."""
