"""Translate: an encoder reads a date in words, a decoder writes it in figures, and attention shows where it looks."""

import streamlit as st

from pages import PAGES
from rnnviz.app import page, subject_picker
from rnnviz.app.i18n import _, by_language
from rnnviz.app.panels import sequence_shapes, translation, translation_claims, translation_runs
from rnnviz.app.stage.board import Board, show
from rnnviz.subjects import Trained

with subject_picker.tools():
    run = translation_runs.pick()
result = translation.shown() if run is None else translation.of_run(run)
with page.place_of_claim():
    translation_runs.warn()
    translation_claims.claim(result) if run is None else translation_runs.claim(run, result)


def build(*about: Trained) -> Board:
    return translation.rows(translation.of_run(*about) if about else result, shipped=not about)


show(build, about=() if run is None else (run,))

long = by_language(
    en="Wednesday the twenty-seventh of December nineteen sixty-seven", zh="星期三，十二月二十七日，一九六七年"
)
foreign = by_language(en="2025年5月3日", zh="Saturday the third of May 2025")
never = by_language(en="31 February 2025", zh="2025年2月31日")
page.below(
    read=[
        _("The encoder reads in both directions: at each character it has a state that knows what stands around it."),
        _("e = vᵀ tanh(W s + U h) scores all characters at each step; α is its softmax (Bahdanau and others 2015)."),
        _("The context, the mean of the encoder's states by α, is what the decoder reads beside its last symbol."),
        translation_claims.forcing() if run is None else translation_runs.forcing(run),
        _("Without attention the decoder gets one vector, however long the text is (Sutskever and others 2014)."),
    ],
    suggestions=[
        (_("A long one: {text}").format(text=long), {"date": long}),
        (_("In another language: {text}").format(text=foreign), {"date": foreign}),
        (_("A day that does not exist: {text}").format(text=never), {"date": never}),
        (_("Without attention"), {"run": None, "sees": "vector"}),
        (_("Trained without teacher forcing"), {"run": None, "forced": False}),
    ],
    code=translation_claims.code(result) if run is None else translation_runs.code(run, result),
    cell=result.cell,
)
own = _("Train such networks yourself, with attention and without")
st.page_link("train.py", label=own, icon=":material/model_training:", query_params={"learns": "dates"})
sequence_shapes.show({row.file for row in PAGES})
