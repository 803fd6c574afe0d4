"""The words of every problem, by area. To add a code, append an entry to the area's CODES and keep both languages."""
