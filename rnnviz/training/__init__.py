"""Training: what a run is asked for (``Recipe``), the run itself (``Training``), and what it was like at some of its
updates (``Snapshot``), from any of which it goes on to the very same weights.

One way of training for all: the networks that ship are made by it, too.
"""

from rnnviz.training.explosions import Explosion
from rnnviz.training.loop import Progress, Training
from rnnviz.training.recipe import CLIPS, OPTIMIZERS, SCHEDULES, Recipe
from rnnviz.training.run_files import Run
from rnnviz.training.scoring import DEVELOPMENT, NEAR, NEW, accuracy, asked, exact_match, mean_loss, measure
from rnnviz.training.snapshots import LayerMeasures, Snapshot, snapshot_updates

__all__ = [
    "CLIPS",
    "DEVELOPMENT",
    "NEAR",
    "NEW",
    "OPTIMIZERS",
    "SCHEDULES",
    "Explosion",
    "LayerMeasures",
    "Progress",
    "Recipe",
    "Run",
    "Snapshot",
    "Training",
    "accuracy",
    "asked",
    "exact_match",
    "mean_loss",
    "measure",
    "snapshot_updates",
]
