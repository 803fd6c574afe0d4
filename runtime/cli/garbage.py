"""How a process that runs flows looks for reference cycles."""

import gc


def collect_seldom() -> None:
    """Nearly all that a flow makes is gone without cycles; looking for some after every 700 new objects, as Python does, takes a
    sixteenth of a busy worker's time. What is there at the start stays, and is not looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
