"""Only what crosses packages."""
