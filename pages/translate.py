"""Translate: an encoder reads a date in words, a decoder writes it in figures, and attention shows where it looks."""

from pages import PAGES
from rnnviz.app import controls, page, state, subject_picker
from rnnviz.app.i18n import _, by_language
from rnnviz.app.panels import sequence_shapes, translation, translation_claims
from rnnviz.app.stage.board import show

with subject_picker.tools():
    controls.knob("date", usual=translation.usual())
    controls.knob("sees")
    controls.knob("forced")
result = translation.shown()
with page.place_of_claim():
    page.claim(
        translation_claims.title(result),
        translation_claims.sentence(result),
        translation_claims.chips(),
        translation_claims.measured(),
    )


show(lambda: translation.rows(result))

sees, forced = state.knobs().sees, state.knobs().forced
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
        translation_claims.forcing(),
        _("Without attention the decoder gets one vector, however long the text is (Sutskever and others 2014)."),
    ],
    suggestions=[
        (_("A long one: {text}").format(text=long), {"date": long}),
        (_("In another language: {text}").format(text=foreign), {"date": foreign}),
        (_("A day that does not exist: {text}").format(text=never), {"date": never}),
        (_("Without attention"), {"sees": "vector"}),
        (_("Trained without teacher forcing"), {"forced": False}),
    ],
    code=f"""import rnnviz
from rnnviz.subjects import translators

result = translators.translated({result.text!r}, {sees!r}, forced={forced})
result.written     # {result.written}
result.translation.output.values[0, 0].round(3)
""",
    cell=translation.CELL,
)
sequence_shapes.show({row.file for row in PAGES})
