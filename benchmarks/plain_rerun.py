"""The usual way: a slider, and charts that are drawn anew by a run of the script at every step."""

import plotly.graph_objects as go
import streamlit as st

from rnnviz import figures
from rnnviz.answers import answers
from rnnviz.figures import style
from rnnviz.subjects import Subject
from rnnviz.trace import Signal, Trace


@st.cache_resource
def computed(subject: Subject) -> tuple[Trace, Signal]:
    trace = subject.trace()
    return trace, answers(subject.network(), trace).at(batch=0)


st.set_page_config(layout="wide")
subject, _refused = Subject.from_query(st.query_params.to_dict())
trace, shares = computed(subject)
layer = trace.layer()
t = st.slider("time step", 0, trace.steps - 1, trace.steps - 1, key="t")

curves = [figures.Line(name, layer[name].at(batch=0).values[:, 0], style.INK) for name in layer.names]
charts = {
    "heatmap": figures.heatmap(layer["h"].at(batch=0), trace.tokens),
    "lines": figures.lines(curves, trace.tokens),
    "bars": go.Figure(go.Bar(y=shares.values[t])),
}
for name, figure in charts.items():
    if name != "bars":
        figure.add_vline(t)
    figure.update_layout(meta={"step": t})
    st.plotly_chart(figure, key=name)
