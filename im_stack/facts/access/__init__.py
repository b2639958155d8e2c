"""Evaluation of access policies in the languages of both clouds: what is allowed, to whom, and what is missing."""
