"""What one training step is made of: gradients, the optimizer, averages and penalties."""
