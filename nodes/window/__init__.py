"""Kinds of the group window: one file per kind."""
