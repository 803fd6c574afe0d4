"""From a sentence to a flow: grounding, authors, repair, questions and explanation."""
