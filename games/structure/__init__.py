"""Games apart from their numbers: what stays when only payoffs, chances and discount factors change."""
