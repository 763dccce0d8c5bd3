"""Watching a training loop: what flows back through time in the loop's own backward, and what its clipping did.

``watch(model, every=100)`` gives a ``Log`` of one ``Record`` for each step that was looked at. Nothing is run twice:
the loop's own forward and backward say what went into the recurrence and what came back to it, and what lies between,
which a fused kernel hides, follows in closed form (``recurrence``).
"""

from rnnviz.watching.log import Log
from rnnviz.watching.records import Record, WatchedCall, WatchedLayer
from rnnviz.watching.watch import watch

__all__ = ["Log", "Record", "WatchedCall", "WatchedLayer", "watch"]
