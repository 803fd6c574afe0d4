"""Tests of the web product: real database, real sockets."""
