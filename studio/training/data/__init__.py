"""How samples reach the network while it trains: gathered, changed at random, cached."""
