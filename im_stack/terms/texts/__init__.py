"""Legal texts as data, one file each, with places, conflicts and assumptions: schema, register, and an owner's own."""
