"""A visitor's own network: the file they bring, what is chosen of it, and what it reads."""
