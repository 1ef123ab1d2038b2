"""The families of published networks, each written once; importing this files them all.

The order of these imports is the order of the gallery.
"""
