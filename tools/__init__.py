"""What the project's own files are made with: networks, catalogues, screenshots. Each runs as a module."""
