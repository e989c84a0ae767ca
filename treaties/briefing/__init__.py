"""The briefing: one offline page, and the same facts for the terminal."""
