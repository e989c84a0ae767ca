"""A page that a student plays: draft, predict, live through it year by year, see the verdict, amend once."""
