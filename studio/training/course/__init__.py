"""What holds at each step of a run: rates, frozen and bypassed layers, as pure functions."""
