"""Dynamics: the state as a point that moves, where it rests, and how fast two neighbouring states part.

| function | question |
| --- | --- |
| ``principal_path``, ``principal_plane`` | which way does the state go? |
| ``state_change`` | how far did each step move it? |
| ``lasting_change`` | which unit does one step change for good? |
| ``spectral_radius``, ``spectrum``, ``recurrent_spectra`` | what does a matrix do to a small push? |
| ``lyapunov_exponents`` | what do all steps together do to it, on average? |
| ``echo_state_test`` | do two starts under the same input merge? |
| ``memory_capacity``, ``linear_memory_capacity`` | how many past inputs can a linear readout recover? |
| ``fixed_points`` | where does the state stay if the input does? |
| ``departures`` | which states does a saddle lie between? |

The state is the cut state: all that one step hands to the next, h and, for an LSTM, c, layer after layer.
"""

from rnnviz.dynamics.capacity import MemoryCapacity, memory_capacity
from rnnviz.dynamics.departures import Departures, departures
from rnnviz.dynamics.echoes import Echo, echo_state_test
from rnnviz.dynamics.fixed_points import FixedPoints, fixed_points
from rnnviz.dynamics.linear_capacity import linear_memory_capacity
from rnnviz.dynamics.lyapunov import LyapunovSum, lyapunov_exponents
from rnnviz.dynamics.paths import (
    LastingChange,
    Path,
    Plane,
    lasting_change,
    principal_path,
    principal_plane,
    state_change,
)
from rnnviz.dynamics.spectra import recurrent_spectra, spectral_radius, spectrum
from rnnviz.dynamics.stepping import Step, visited_states

__all__ = [
    "Departures",
    "Echo",
    "FixedPoints",
    "LastingChange",
    "LyapunovSum",
    "MemoryCapacity",
    "Path",
    "Plane",
    "Step",
    "departures",
    "echo_state_test",
    "fixed_points",
    "lasting_change",
    "linear_memory_capacity",
    "lyapunov_exponents",
    "memory_capacity",
    "principal_path",
    "principal_plane",
    "recurrent_spectra",
    "spectral_radius",
    "spectrum",
    "state_change",
    "visited_states",
]
