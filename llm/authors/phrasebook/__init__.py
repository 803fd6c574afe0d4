"""The embedded author: deterministic, without network, from the phrases of the node files and a reading of the sentence.

text -> spans (tagging) -> clauses -> rules (meaning) -> nodes and settings (assemble) -> explanation and questions.
"""
