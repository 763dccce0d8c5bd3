"""Fixed protocols over subjects: what is measured, on which sequences, with how much of a search."""
