"""Which faster ways of computing a run takes: tried on this machine before the first step."""
