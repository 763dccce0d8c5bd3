"""Signals as Plotly figures, for a notebook and for the stage alike. Figures compute nothing: they draw.

Each function returns a Plotly figure, with a title and a colour bar where it shows one quantity; its ``draft``, called
alike, what that is made of without them, which is all the stage needs.
"""

from plotly.graph_objects import Figure

from rnnviz.figures.agreement import Marks, agreement
from rnnviz.figures.by_depth import Curve, by_depth
from rnnviz.figures.by_size import by_size
from rnnviz.figures.channels import channels
from rnnviz.figures.draft import Draft
from rnnviz.figures.gradient_map import gradient_map
from rnnviz.figures.growth import growth
from rnnviz.figures.half_lives import Row, half_lives
from rnnviz.figures.heatmap import heatmap
from rnnviz.figures.horizon import horizon
from rnnviz.figures.lanes import Run, lanes
from rnnviz.figures.layer_gradients import layer_gradients
from rnnviz.figures.learning import Learnt, learning
from rnnviz.figures.lines import Line, lines
from rnnviz.figures.mirror import mirror
from rnnviz.figures.orbit import Rest, orbit
from rnnviz.figures.over_updates import over_updates
from rnnviz.figures.rows_left import rows_left
from rnnviz.figures.saturation import Gate, saturation
from rnnviz.figures.seeds import Runs, seeds
from rnnviz.figures.spectrum import Eigenvalues, spectrum
from rnnviz.figures.stack import stack
from rnnviz.figures.sweep import sweep
from rnnviz.figures.tally import Amount, tally
from rnnviz.figures.trajectory import trajectory

__all__ = [
    "Amount",
    "Curve",
    "Draft",
    "Eigenvalues",
    "Figure",
    "Gate",
    "Learnt",
    "Line",
    "Marks",
    "Rest",
    "Row",
    "Run",
    "Runs",
    "agreement",
    "by_depth",
    "by_size",
    "channels",
    "gradient_map",
    "growth",
    "half_lives",
    "heatmap",
    "horizon",
    "lanes",
    "layer_gradients",
    "learning",
    "lines",
    "mirror",
    "orbit",
    "over_updates",
    "rows_left",
    "saturation",
    "seeds",
    "spectrum",
    "stack",
    "sweep",
    "tally",
    "trajectory",
]
