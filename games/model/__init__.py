"""What a game is and what play is: the records that everything else speaks of."""
