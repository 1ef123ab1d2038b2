"""Tables of somebody's own: columns are given types, cleaned, and turned into numbers."""
