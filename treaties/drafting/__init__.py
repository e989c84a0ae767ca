"""What an author can write: the list of clauses with their terms, example blocks, and a first file."""
