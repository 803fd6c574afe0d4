"""Kinds of the group transform: one file per kind."""
