"""Games in extensive form: the tree, its files, perfect recall, strategies, subgames."""
