"""Journeys of a person through the running product: real Chromium, real broker, real worker."""
