"""Node-RED as its users run it, for the comparison."""
