"""The Train page: the plan, live curves, the heat strip, progress and what came out."""
