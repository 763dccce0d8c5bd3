"""Gradients: how a loss reaches back through time. Exact, in float64, along the model's own trajectory.

| function | what it gives |
| --- | --- |
| ``backpropagate`` | dL/d(everything): every gate and state of every step, layer and direction, as a Trace |
| ``gradient_curves`` | log10 of the size of dL/dh_t (and dL/dc_t) per step: one line per state |
| ``gradient_matrix`` | the same for a loss at every step t: how strongly it reaches the state at every k <= t |
| ``answer_gradients`` | the same for the answer at every step, by states and by words, through each direction |
| ``step_jacobians`` | the derivative of each step's state by the state before it; ``jacobian_blocks``: in parts |
| ``weight_gradients_by_step`` | dL/dW = sum over t: what each moment teaches the weights |
| ``through_time`` | the same derivation term by term: dL/dS_t in two parts, every dL/dW as its terms; truncated |

Two conventions, and each function says which it follows. The *total* derivative of an LSTM's c_t is autograd's: it
includes the way c_t -> h_t within the step. The *cut* state (h_t, c_t) is taken between two steps, where h_t and c_t
are coordinates of their own. For a cell whose only state is h, both are the same.

Sizes are Euclidean norms over units, and come as log10, because they pass what float64 can hold: -inf is an exact
zero, NaN or inf a network that exploded.
"""

from rnnviz.gradients.answering import AnswerGradients, answer_gradients
from rnnviz.gradients.backpropagation import backpropagate, gradient_curves
from rnnviz.gradients.clipping import clip_by_norm, clip_by_value, clip_together
from rnnviz.gradients.jacobians import (
    norm_bound,
    pascanu_bound,
    singular_values,
    step_jacobians,
)
from rnnviz.gradients.matrix import gradient_matrix
from rnnviz.gradients.products import product_singular_values
from rnnviz.gradients.retracing import Retraced, retrace
from rnnviz.gradients.sizes import Slope, gradient_norms, slope
from rnnviz.gradients.streaming import jacobian_blocks
from rnnviz.gradients.sweeping import LossWarning
from rnnviz.gradients.through_time import ThroughTime, through_time
from rnnviz.gradients.weights import WeightGradients, weight_gradients_by_step

__all__ = [
    "AnswerGradients",
    "LossWarning",
    "Retraced",
    "Slope",
    "ThroughTime",
    "WeightGradients",
    "answer_gradients",
    "backpropagate",
    "clip_by_norm",
    "clip_by_value",
    "clip_together",
    "gradient_curves",
    "gradient_matrix",
    "gradient_norms",
    "jacobian_blocks",
    "norm_bound",
    "pascanu_bound",
    "product_singular_values",
    "retrace",
    "singular_values",
    "slope",
    "step_jacobians",
    "through_time",
    "weight_gradients_by_step",
]
