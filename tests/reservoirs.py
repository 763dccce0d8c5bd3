"""Reservoirs as the page on echo state networks draws them."""

import rnnviz
from rnnviz.subjects import Subject


def reservoir(
    units: int = 100,
    radius: float = 1.2,
    leak: float = 1.0,
    scaling: float = 1.0,
    density: float = 0.1,
    nonlinearity: str = "tanh",
    seed: int = 0,
) -> Subject:
    options = {"spectral_radius": radius, "leak": leak, "input_scaling": scaling, "density": density, "bias": False}
    structure = {"cell": "ESN", "task": "", "channels": 1, "units": units, "seed": seed, "nonlinearity": nonlinearity}
    return rnnviz.subject("untrained", noise=0, **structure, **options)
