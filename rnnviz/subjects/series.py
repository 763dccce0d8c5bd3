"""Which data a network's task is about, where there are several: of "forecast" a series, of equations or one that was
brought; of "characters" a text, the default one or one that was brought."""

from __future__ import annotations

from rnnviz.refusals import refuse_unknown
from rnnviz.subjects.given import refuse_series_of_others, refuse_texts_of_others, series_of, text_of
from rnnviz.subjects.sizes import task
from rnnviz.tasks import Forecast, Task
from rnnviz.tasks.forecast import OWN, SERIES

FORECAST, CHARACTERS = "forecast", "characters"  # tasks of which there are several series, and texts


def series_for(task_name: str, series: str) -> str:
    """The word of the series or text, the usual one unless it is told; "" for another task. Raises Refused for one that
    is not there."""
    if task_name == CHARACTERS and series.startswith(OWN):
        refuse_texts_of_others(series.removeprefix(OWN))
        return series
    if task_name != FORECAST:
        return ""
    if series.startswith(OWN):
        refuse_series_of_others(series.removeprefix(OWN))
    elif series:
        refuse_unknown("series", series, SERIES)
    return series or Forecast.usual


def task_of(name: str, distance: int, series: str) -> Task | None:
    """The task of that name, None for ""; see ``rnnviz.subjects.sizes.task``."""
    if series.startswith(OWN) and name == CHARACTERS:
        return text_of(series.removeprefix(OWN))
    if series.startswith(OWN):
        return series_of(series.removeprefix(OWN))
    return task(name, distance, series) if name else None
