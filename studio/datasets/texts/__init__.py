"""Texts of somebody's own: sentences with classes, one long text, pairs of sentences."""
