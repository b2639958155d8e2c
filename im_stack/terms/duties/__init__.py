"""Duties of one stack: which obligations bind it, how its choices meet them, and what each demands of a class."""
