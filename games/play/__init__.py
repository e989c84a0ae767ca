"""What a given rule of play is worth, period after period."""
