"""The first page's scenes about reading: the loop and its chain, the words in a state, their order."""

from __future__ import annotations

import numpy as np

from rnnviz.app import naming, results
from rnnviz.app.i18n import _, language
from rnnviz.app.page import percent
from rnnviz.app.panels import network_views, word_effects
from rnnviz.app.stage.board import Board
from rnnviz.figures import style
from rnnviz.studies import first_story

BENT = 0.76  # where on the tanh the first dot that is named should be: past the straight part, before the flat one


def loop(board: Board) -> dict:
    """One cell, folded and unrolled, with the numbers of every step and unit."""
    subject = first_story.reader(language())
    layer, parts = results.layer(subject), results.parts(subject)["h"]
    h, terms = layer["h"].at(batch=0).values, [term.at(batch=0).values for term in parts.terms]
    for k, values in enumerate(terms):
        board.array(f"loop:h:{k}", values)
    names = naming.letters(subject.cell)
    step = max(t for t, token in enumerate(subject.tokens) if token.isalnum())  # a mark would be read as "unknown"
    return {
        "kind": "loop",
        "network": "reader",
        "names": names,
        "tokens": subject.tokens,
        "labels": network_views.label_names(subject),
        "color": network_views.accent(subject),
        "step": step,
        "unit": int(np.abs(np.abs(h[step]) - BENT).argmin()),
        "arrays": {
            "h": board.array("loop:h", h),
            "sum": board.array("loop:sum", np.sum(terms, axis=0)),
            "parts": [f"loop:h:{k}" for k in range(len(terms))],
            "p": board.array("loop:p", results.answers(subject).values),
        },
        "title": _("A recurrent network feeds its state back to itself: unfolded in time, it is a chain"),
        "caption": _(
            "What does the speaker want? A trained RNN of {units} units answers after each word, "
            "as if the sentence ended there."
        ).format(units=h.shape[1]),
        "alternative": _(
            "A trained RNN of {units} units reads {text}: {count} copies of one cell in a row, each with its state "
            "as coloured squares, W on the links between them; beside it the tanh curve with a dot for each unit."
        ).format(units=h.shape[1], text=subject.text, count=len(subject.tokens)),
        "axes": [
            _("a = {from_input} {input}ₜ + {recurrent} {state}ₜ₋₁ + b (bias)").format(**names),
            f"{names['state']}ₜ = tanh(a)",
        ],
        "kinds": _kinds(board),
        "words": {
            "kinds": _("{input} can be anything that comes in order, of any length:").format(**names),
            "fold": _("Fold into a loop"),
            "unfold": _("Unfold into a chain"),
            "shared": _("Parameter sharing: one {weights} for all steps").format(
                weights=_(", ").join(names[part] for part in ("from_input", "recurrent", "readout"))
            ),
            "step": _("Step {t}: {word}"),
            "place": _("step {t}:"),
            "unit": _("unit {unit}"),
            "dots": _(
                "Blue: positive, orange: negative. Click a word, a square or a dot (a unit) to see its calculation."
            ),
        },
        "deeper": {"text": _("Step through"), "href": f"step-through?model=intents-rnn-small&text={subject.text}"},
        "span": 12,
    }


def _kinds(board: Board) -> list[dict]:
    """Kinds of sequences, each with a small picture: no data, but what such numbers look like."""
    rng, time = np.random.default_rng(4), np.arange(60)
    drawn = {
        "sound": (_("sound"), "line", np.sin(time * 0.9) * np.sin(time * 0.11) ** 2),
        "prices": (_("prices"), "line", np.cumsum(rng.normal(0.1, 1, 30))),
        "pixels": (_("rows of pixels"), "squares", np.hypot(*np.mgrid[-1:1:6j, -1:1:12j])),
        "purchases": (_("purchases"), "bars", rng.integers(0, 4, 14)),
    }
    return [{"name": _("words"), "form": "text"}] + [
        {"name": name, "form": form, "array": board.array(f"loop:kind:{kind}", values), "shape": values.shape}
        for kind, (name, form, values) in drawn.items()
    ]


def mixture(board: Board) -> dict:
    """Every state as a disc of the words it hangs on."""
    subject = first_story.reader(language())
    effects = word_effects.effect(subject)
    values, tokens = effects.effect.values, subject.tokens
    first, last = (percent(values[-1, k]) for k in (0, len(tokens) - 1))
    return {
        "kind": "mixture",
        "network": "reader",
        "names": naming.letters(subject.cell),
        "tokens": tokens,
        "wheel": style.WORDS,
        "labels": network_views.label_names(subject),
        "arrays": {
            "effect": board.array("mixture:effect", values),
            "error": board.array("mixture:error", effects.effect_error.values),
            "p": board.array("mixture:p", results.answers(subject).values),
        },
        "title": _("It reads word by word, and every state is a mixture of all the words so far"),
        "caption": _(
            "A word's share of a disc is its effect: how much the state changes when other words stand in its place."
        ),
        "alternative": _(
            "Discs in the colours of the words, one for each state. In the last one the first word, {first}, has an "
            "effect of {first_share}, and the last word, {last}, one of {last_share}."
        ).format(first=tokens[0], last=tokens[-1], first_share=first, last_share=last),
        "words": {
            "read": _("Read again"),
            "note": _("Click a word to go back to it."),
            "step": _("Step {t}: {word}"),
        },
        "deeper": {"text": _("Memory decay"), "href": f"memory-decay?model=intents-rnn-small&text={subject.text}"},
        "span": 12,
    }


def order(board: Board) -> dict:
    """Two sentences in which one name has two roles, read in order and word by word, and shuffled."""
    sentences = []
    for name, text in zip(("arrive", "leave"), first_story.PAIR[language()], strict=True):
        found = first_story.orders(text)
        sentences.append(
            {
                "name": name,
                "tokens": found.tokens,
                "places": board.array(f"order:places:{name}", found.places),
                "p": board.array(f"order:p:{name}", found.answers),
                "alone": board.array(f"order:alone:{name}", found.alone),
            }
        )
    classes = network_views.label_names(first_story.traveller(first_story.PAIR["en"][0]))
    return {
        "kind": "order",
        "sentences": sentences,
        "orders": first_story.ORDERS,
        "classes": classes,
        "colors": list(style.LABELS),
        "title": _("Order matters: from the word alone nobody can tell whether Taipei is left or reached"),
        "caption": _(
            "Above each word: what an RNN says that has read all words up to it. Below: the word alone, by its "
            "commonest label in training."
        ),
        "alternative": _(
            "Two sentences, to arrive in Taipei and to leave Taipei. The RNN calls Taipei the destination in one and "
            "the departure in the other; from the word alone it is each with {share}."
        ).format(share=percent(found.alone[:, 1].max())),
        "words": {
            "network": _("RNN, in order"),
            "alone": _("each word alone"),
            "shuffle": _("Shuffle the words"),
            "restore": _("In order again"),
            "or": _(" or "),
            "changed": _(
                "Shuffled, {changed} of the RNN's {count} answers are others than before. Below the words none changed."
            ),
            "unchanged": _("The same name in two roles: who has forgotten the word before it cannot tell them apart."),
        },
        "deeper": {"text": _("Two directions"), "href": "two-directions"},
        "span": 12,
    }
