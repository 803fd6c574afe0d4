"""From a document to its problems: parse, check, resolve, export. Pure: no I/O, no clock."""
