"""Layouts: which parts of a backend each feature uses, and in which holding each class rests, on every cloud."""
