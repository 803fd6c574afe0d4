"""What is checked in a document, one file per question."""
