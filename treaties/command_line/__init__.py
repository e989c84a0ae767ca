"""The command ``servanda``."""
