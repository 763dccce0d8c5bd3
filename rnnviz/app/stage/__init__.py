"""What a page shows, as it travels to the browser: the board of panels, and the stage's own files."""
