"""Models that run in the workers, as the server keeps, measures and shows them."""
