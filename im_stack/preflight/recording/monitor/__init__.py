"""Monitor of one program: the process that runs it, confined and watched, and keeps its registrations."""
