"""The app around the page of snapshots: the stage's files are served as the real app serves them."""

import streamlit as st

from app import middleware, routes

app = st.App("snapshots_page.py", routes=routes, middleware=middleware)
