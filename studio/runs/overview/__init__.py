"""Many runs at once: found, ordered, drawn as a tree, compared."""
