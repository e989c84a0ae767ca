"""Games, plans and paths as files, and back."""
