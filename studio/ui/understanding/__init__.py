"""Views that explain a network: where its cost is, how it grows, how it differs from others."""
