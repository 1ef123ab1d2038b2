"""How good a network is: evaluation on a part of the data, metrics and rankings."""
