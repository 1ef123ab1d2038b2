"""What the mouse can do: each interaction an object that starts, moves, ends or is given up."""
