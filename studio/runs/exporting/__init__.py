"""The numbers of a run for other programs: as a table and as TensorBoard events."""
