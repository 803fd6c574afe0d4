"""The documents of a workspace (manuals, past cases) as a worker searches them: passages in one SQLite file, named by its hash."""
