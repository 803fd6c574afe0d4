"""Kinds of the group filter: one file per kind."""
