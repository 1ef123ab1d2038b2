"""The Data page: where the samples come from, and a look at them."""
