"""Layers in which several wires meet."""
