"""What is true of a graph: shapes, counts, depth, cost and findings; without torch."""
