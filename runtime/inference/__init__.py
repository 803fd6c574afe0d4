"""Asks that need a model."""
