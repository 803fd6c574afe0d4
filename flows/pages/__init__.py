"""The pages that the server renders. They read; every write is a function of flows.commands."""
