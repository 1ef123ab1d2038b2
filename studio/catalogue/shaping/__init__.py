"""Layers that lay numbers out anew, keep some of them, or make room around them."""
