"""From registrations to facts: decoding, links between resources, tables, rows of readers, collection."""
