"""Questions that an optimiser answers: who takes which job, in which order stops are visited."""
