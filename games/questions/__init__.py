"""What one asks of a game: solve it, scan discount factors, find the region where a target holds."""
