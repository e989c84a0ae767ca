"""A treaty in many worlds: in how many it holds, what matters, and what would mend it."""
