"""What the user can say: one module a group, words in, records out."""
