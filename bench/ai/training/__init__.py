"""How the shipped detector is made. Stands with the measurements because it is run by hand, as they are, and needs PyTorch,
which the product never does."""
