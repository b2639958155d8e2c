"""Mutants of a recorded stack: every change that a stack could suffer, and whether the judgement notices.

Candidates come from outside the judgement: from the SDK's own types and descriptions, from the kinds of
values in the recording and from the table of regions. Nothing here asks a rule or a reader what matters.
"""
