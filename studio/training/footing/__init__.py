"""What a run knows of the steps behind it: where it can go back to, and what they lost."""
