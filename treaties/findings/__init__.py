"""What an assessment finds, as records, and the words for it."""
