"""Sentences with registries and streams that say what must happen; `python -m llm.evals` runs them."""
