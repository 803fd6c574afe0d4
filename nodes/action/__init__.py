"""Kinds of the group action: one file per kind."""
