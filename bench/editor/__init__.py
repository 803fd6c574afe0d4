"""What the browser editor costs: bytes, time until it can be used, and frames while a hand is at work."""
