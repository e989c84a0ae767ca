"""Published results as data, recomputed."""
