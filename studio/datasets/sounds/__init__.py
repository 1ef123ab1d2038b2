"""Folders of sounds: a class per folder, or at the beginning of each name."""
