"""A run on disk: record, fold, list, perform."""
