"""Pack as the engine runs it: its process, the messages of the protocol, its configuration, and its verdicts."""
