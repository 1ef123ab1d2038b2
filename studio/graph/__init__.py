"""The document: frozen graphs, edits as pure functions, undo, blocks and the file format."""
