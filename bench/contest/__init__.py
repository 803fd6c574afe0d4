"""Two products beside each other under the same load."""
