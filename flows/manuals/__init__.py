"""Documents that people upload (manuals, past cases): what is read of a file, how it is shown, who uses it."""
