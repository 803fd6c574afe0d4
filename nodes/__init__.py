"""The vocabulary: one file per node kind, its twin test beside it."""
