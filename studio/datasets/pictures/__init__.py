"""Folders of pictures: a class per folder, or a table that names the files."""
