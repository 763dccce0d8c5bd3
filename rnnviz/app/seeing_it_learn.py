"""The way from a shipped network to its training, where that is shipped too, and back."""

from __future__ import annotations

from collections.abc import Callable, Collection

import streamlit as st

from rnnviz.app.i18n import _
from rnnviz.subjects import Model, Shipped, Trained, shipped_runs
from rnnviz.subjects.address_words import to_word


def runs(offered: Collection[str], now: Model) -> list[str]:
    """The words of the shipped runs of the networks that are ``offered``, each as it ends, or as it is seen ``now``."""
    last = [_whole(name) for name in shipped_runs.names() if name in offered]
    return [to_word(now if getattr(now, "run", "") == model.run else model) for model in last]


def button(now: Model, choose: Callable[..., None]) -> None:
    """Of a network whose training is shipped, a button that leads to its run, whose snapshots are on the stage's
    slider; of one of these a button that leads back to the network as it came out."""
    other: Model
    if isinstance(now, Shipped) and now.name in shipped_runs.names():
        label, icon, other = _("See it learn"), "movie", _whole(now.name)
    elif isinstance(now, Trained) and now.shipped:
        label, icon, other = _("As it came out"), "check", Shipped(now.run)
    else:
        return
    arguments = {"key": "button-learning", "icon": f":material/{icon}:", "width": "content"}
    st.button(label, on_click=choose, kwargs={"model": other}, **arguments)


def _whole(run: str) -> Trained:
    """A shipped run as it ends."""
    return Trained(run, shipped_runs.updates(run)[-1])
