"""Questions about a flow that is there: what it does, why it is so, what would happen. Answered from the document and from
what was kept of the conversation; nothing of the flow changes.

sentence -> Inquiry (asked) -> the parts that are meant (parts) -> an answer (explaining, reasons, supposing)
"""
