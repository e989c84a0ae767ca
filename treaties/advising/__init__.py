"""What a reader asks beyond the verdict: how sure, what would change it, what could be traded, what it rests on."""
