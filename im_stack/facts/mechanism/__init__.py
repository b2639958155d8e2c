"""From registrations to facts: decoding, links between resources, tables, calls of the readers."""
