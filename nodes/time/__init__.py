"""Kinds about how long, how often and when: repeats, escalations, absences, states, calendars."""
