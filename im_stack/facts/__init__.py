"""Cloud-neutral facts about resources, and their model."""
