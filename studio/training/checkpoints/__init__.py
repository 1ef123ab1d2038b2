"""How a run is kept on disk so that it can go on bit for bit."""
