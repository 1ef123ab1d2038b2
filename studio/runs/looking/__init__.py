"""What a run's network does inside with one sample: outputs of layers, looks, what counted."""
