"""Kinds of the group ai: one file per kind."""
