"""What a run answers for every sample, and what can be learned from that."""
