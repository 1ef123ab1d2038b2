"""How tensors are read, copied, written and proved, on one device or on many."""
