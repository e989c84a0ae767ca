"""What a treaty is: parties, matters, events, provisions, numbers with their sources."""
