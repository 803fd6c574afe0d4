"""Ready scenarios: data in one folder each, read, played in virtual time and proved by what is here (docs/adr/0037)."""
