"""What is odd in a treaty before anything is solved."""
