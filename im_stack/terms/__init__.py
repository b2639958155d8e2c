"""Legal texts as data, the declaration of a stack, and the duties that follow from both."""
