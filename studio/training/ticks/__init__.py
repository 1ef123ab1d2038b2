"""How a plan says that something changes on the way: moments, actions, and the ticks they make."""
