"""Signals as Plotly figures, for a notebook and for the stage alike. Figures compute nothing: they draw."""

from plotly.graph_objects import Figure

from rnnviz.figures.by_depth import Curve, by_depth
from rnnviz.figures.gradient_map import gradient_map
from rnnviz.figures.half_lives import Row, half_lives
from rnnviz.figures.heatmap import heatmap
from rnnviz.figures.horizon import horizon
from rnnviz.figures.layer_gradients import layer_gradients
from rnnviz.figures.lines import Line, lines
from rnnviz.figures.mirror import mirror
from rnnviz.figures.saturation import Gate, saturation
from rnnviz.figures.stack import stack
from rnnviz.figures.trajectory import trajectory

__all__ = [
    "Curve",
    "Figure",
    "Gate",
    "Line",
    "Row",
    "by_depth",
    "gradient_map",
    "half_lives",
    "heatmap",
    "horizon",
    "layer_gradients",
    "lines",
    "mirror",
    "saturation",
    "stack",
    "trajectory",
]
