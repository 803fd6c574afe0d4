"""A flow on trial: streams made from its own numbers, run on the real engine in virtual time, told in words."""
