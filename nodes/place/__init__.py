"""Kinds that know where things are: fences, movement, routes."""
