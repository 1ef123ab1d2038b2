"""What a run gets wrong and why: its answers, class by class and sample by sample."""
