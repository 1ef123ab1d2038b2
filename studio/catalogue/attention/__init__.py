"""Layers in which the steps of a sequence look at each other, and what tells them how much."""
