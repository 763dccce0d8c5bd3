"""What the page on the return of recurrence knows: how the shipped networks count and recall, as they are asked now."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial

import numpy as np
import streamlit as st

from rnnviz.app.heavy_work import FIRST_LINE, Bar, Work, finish, wait_for
from rnnviz.app.i18n import _
from rnnviz.compute import STORE
from rnnviz.studies import lost_and_won as study

Piece = tuple[str, str, int]  # a trial, a kind, and at which length or number of pairs it is asked
Shares = dict[Piece, np.ndarray]
HARDEST = {trial: built.asked[-1] for trial, built in study.TRIALS.items()}
A_MOMENT = 0.5  # seconds after which a page that fills row by row is drawn anew


def measured() -> Shares:
    """The share of right answers of the shipped networks, (seed,), by trial, kind and what is asked: the hardest.
    Computed once for all visitors, from the networks themselves."""
    bar, pieces = Bar(), _pieces(HARDEST)
    for k, piece in enumerate(pieces):
        _wait_for(piece, bar, (k / len(pieces), (k + 1) / len(pieces)))
    bar.end()
    return known(HARDEST)


def known(asked: Mapping[str, int]) -> Shares:
    """As much as there is of what a page shows that asks these lengths and numbers of pairs, by trial."""
    found = {piece: STORE.held(_key(piece)) for piece in _pieces(asked)}
    return {piece: shares for piece, shares in found.items() if shares is not None}


def is_complete(shares: Shares, asked: Mapping[str, int]) -> bool:
    return all(piece in shares for piece in _pieces(asked))


def go_on(asked: Mapping[str, int]) -> None:
    """Compute more of it for a moment, and draw the page anew."""
    begun, bar = time.monotonic(), Bar()
    for piece in _pieces(asked):
        _wait_for(piece, bar)
        if time.monotonic() - begun > A_MOMENT:
            break
    st.rerun()


def prepare() -> None:
    """See to it that all is known, without a visitor who waits for it; first what the pages open with."""
    each = [{trial: asked} for trial, built in study.TRIALS.items() for asked in built.asked]
    for piece in [piece for asked in (HARDEST, *each) for piece in _pieces(asked)]:
        finish(_key(piece), partial(_measure, *piece))


def _pieces(asked: Mapping[str, int]) -> list[Piece]:
    """Row by row of the table."""
    return [(trial, kind, asked[trial]) for kind in study.KINDS for trial in asked if study.seeds(kind, trial)]


def _key(piece: Piece) -> tuple[object, ...]:
    return "asked to count and recall", *piece


def _wait_for(piece: Piece, bar: Bar, part: tuple[float, float] = (0.0, 1.0)) -> None:
    wait_for(_key(piece), partial(_measure, *piece), bar, _("Asking the networks"), part, FIRST_LINE)


def _measure(trial: str, kind: str, asked: int) -> Work[np.ndarray]:
    shares: list[float] = []
    for seed in study.seeds(kind, trial):
        shares.append(study.right(study.shipped(kind, trial, seed).network(), trial, asked))
        yield len(shares) / len(study.SEEDS)
    return np.array(shares)


def at(shares: Shares, trial: str, kind: str, asked: int) -> np.ndarray | None:
    """The shares of one kind at a length or number of pairs, (seed,); None where it was not trained or is not known."""
    return shares.get((trial, kind, asked))


def most_solve(shares: Shares, trial: str, kind: str, asked: int) -> bool | None:
    """Whether most of its trainings are right; None where there is no share."""
    values = at(shares, trial, kind, asked)
    return None if values is None else bool((values >= study.SOLVED).mean() > 0.5)
