"""Layers in which every input is weighed for every output, whole or by the part."""
