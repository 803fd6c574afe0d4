"""A table from a spreadsheet's file: read, looked at before it is kept, compared with what is there, written again."""
