"""Identity: one file a noun, the same name as in the route table."""
