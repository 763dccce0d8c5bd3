"""Panels and titles: each function turns part of a subject into one view of a board."""
