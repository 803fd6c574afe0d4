"""Kinds of the group source: one file per kind."""
