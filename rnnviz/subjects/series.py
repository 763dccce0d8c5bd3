"""Which series a network of the task "forecast" is about: one of equations, or one that was brought."""

from __future__ import annotations

from rnnviz.refusals import refuse_unknown
from rnnviz.subjects.given import refuse_series_of_others, series_of
from rnnviz.subjects.sizes import task
from rnnviz.tasks import Forecast, Task
from rnnviz.tasks.forecast import OWN, SERIES

FORECAST = "forecast"  # the one task of which there are several series


def series_for(task_name: str, series: str) -> str:
    """The word of the series, the usual one unless it is told; "" for another task. Raises Refused for one that is not
    there."""
    if task_name != FORECAST:
        return ""
    if series.startswith(OWN):
        refuse_series_of_others(series.removeprefix(OWN))
    elif series:
        refuse_unknown("series", series, SERIES)
    return series or Forecast.usual


def task_of(name: str, distance: int, series: str) -> Task | None:
    """The task of that name, None for ""; see ``rnnviz.subjects.sizes.task``."""
    if series.startswith(OWN):
        return series_of(series.removeprefix(OWN))
    return task(name, distance, series) if name else None
