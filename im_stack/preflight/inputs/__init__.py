"""Stacks that no program of this project makes: judged from a file that says what is, or would be, deployed."""
