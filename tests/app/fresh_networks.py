"""Fresh networks of the gradient pages, by the names of what can be chosen there."""

from rnnviz.cells import TRIO
from rnnviz.studies.cell_comparison import fresh
from rnnviz.subjects import Subject


def on_noise(
    cell: str = "RNN",
    length: int = 100,
    radius: float = 0.9,
    nonlinearity: str = "tanh",
    forget_bias: float = 2.0,
    start: str = "default",
    seed: int = 0,
) -> Subject:
    options = {"spectral_radius": radius, "forget_bias": forget_bias, "recurrent": start}
    return fresh(cell, length, seed, nonlinearity, **options)


def cells(**knobs: object) -> dict[str, Subject]:
    return {cell: on_noise(**{"cell": cell, "length": 40} | knobs) for cell in TRIO}


def linear(radius: float, **knobs: object) -> Subject:
    """A linear RNN with orthogonal weights: each step multiplies a gradient's size by the radius, exactly."""
    return on_noise(**{"radius": radius, "nonlinearity": "identity", "start": "orthogonal"} | knobs)
