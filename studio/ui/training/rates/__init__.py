"""The search for a learning rate in the window: its thread, its curve, and its dialog."""
