"""The small tools that float over the canvas: they show, and call the verbs."""
