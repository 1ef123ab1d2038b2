"""What a run makes small: the losses of its targets, and what weighs in beside them."""
