"""The only place of llm/ that talks to the network."""
