"""Broken files and command lines, by the thousand: none may end in a fault of the program."""
