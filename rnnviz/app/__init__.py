"""The app: all that knows Streamlit."""
