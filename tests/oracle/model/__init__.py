"""What the kinds promise, written as slowly and plainly as it can be: over the full list of what happened, from
CONTRACTS section 1 and the kinds' docstrings, with nothing of the product imported. `life.py` says how time passes;
each other file says what one kind sends.
"""
