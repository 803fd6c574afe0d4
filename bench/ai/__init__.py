"""What the AI kinds are good for, measured: `python -m bench.ai [part ...] [--write]`. One module for each part, with a `page()` that
gives its tables as Markdown; --write puts them into docs/ai.md between the part's two marks."""
