"""What keeps a run alive when its numbers break or memory runs out."""
