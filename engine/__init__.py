"""document -> plan -> engine -> effects. Pure: no I/O, no wall clock; the same inputs give the same effects."""
