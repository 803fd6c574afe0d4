"""Ways out: one file per service, all through one egress door."""
