"""Kinds that look at several devices, fields or wires together."""
