"""The least that a page about networks does: import Streamlit and torch, draw one Plotly chart."""

import plotly.graph_objects as go
import streamlit as st
import torch

st.plotly_chart(go.Figure(go.Scatter(y=torch.linspace(0, 1, 60).square().numpy())))
