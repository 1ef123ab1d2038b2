"""What a run will do, layers by time, and the ticks that can be moved about in it."""
