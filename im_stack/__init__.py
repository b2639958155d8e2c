"""Everything importable of this project under one name, so that a user's folder may have any other."""
