"""Recording of a program: a confined process, its registrations, and their conversion to resources."""
