"""What the pages are made of: the stage, shared controls, cache and furniture. The only streamlit in rnnviz."""
