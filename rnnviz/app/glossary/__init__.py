"""Terms of art in what a page says: where they stand in a text, and what is shown when one is asked for.

In each text, or texts that belong together, a term is marked where it occurs first. In HTML a mark is a ``dfn`` that a
keyboard can reach, described by a hidden element behind the text; assets/stage/terms.js makes the same marks on the
stage, and shows the description beside the term that is pointed at, focused or tapped.
"""

from __future__ import annotations

import html
import re
from functools import cache
from urllib.parse import quote

from rnnviz.app.glossary.terms import TERMS
from rnnviz.app.i18n import _, language

_TAG = re.compile(r"(<[^>]*>)")


@cache
def _forms(spoken: str) -> tuple[re.Pattern, dict[str, str]]:
    """What finds any term in a text of the language that is ``spoken``, and the term of each form."""
    keys = {form.lower(): key for key, term in TERMS.items() for form in _(term.forms).split("|")}
    any_form = "|".join(map(re.escape, sorted(keys, key=len, reverse=True)))
    whole_words = rf"(?<![A-Za-z._])(?:{any_form})(?![A-Za-z_(]|\.\w)"  # and not "readout.weight" or "softmax(z)"
    whole_words = whole_words if spoken == "en" else rf"(?:{any_form})(?!\.\w|\()"
    return re.compile(whole_words, re.IGNORECASE), keys


def segments(text: str, seen: set[str]) -> list[list[str]]:
    """``text`` in pieces: [piece] or [piece, term]. A term in ``seen`` is not marked again; new ones join it."""
    pattern, keys = _forms(language())
    pieces, at = [], 0
    for found in pattern.finditer(text):
        key = keys[found[0].lower()]
        if key in seen:
            continue
        seen.add(key)
        pieces += [[text[at : found.start()]], [found[0], key]]
        at = found.end()
    return [piece for piece in [*pieces, [text[at:]]] if piece[0]]


def marked(text: str, seen: set[str], below: bool = False) -> str:
    """HTML with its terms marked; what stands between tags as a visitor's own words, in ``bdi``, has none. ``below``:
    the text stands below the stage, where the terms of the claim are marked once more."""
    pieces, quoted = [], False
    for piece in _TAG.split(text):
        if piece.startswith("<"):
            quoted = piece.startswith("<bdi") or (quoted and piece != "</bdi>")
        elif not quoted:
            piece = "".join(told[0] if len(told) == 1 else _mark(*told, below) for told in segments(piece, seen))
        pieces.append(piece)
    return "".join(pieces)


def _mark(text: str, key: str, below: bool) -> str:
    return f'<dfn class="glossary-term" tabindex="0" aria-describedby="{_id(key, below)}">{text}</dfn>'


def _id(key: str, below: bool) -> str:
    return f"meaning-{key}-below" if below else f"meaning-{key}"


def meanings(keys: set[str], below: bool = False) -> str:
    """What marks of ``marked`` are described by, as HTML to stand behind them."""
    told = {key: explained(key) for key in sorted(keys)}
    return "".join(
        f'<span id="{_id(key, below)}" data-picture="{term["picture"]}" hidden>{html.escape(term["meaning"])}</span>'
        for key, term in told.items()
    )


def explained(key: str) -> dict[str, str]:
    """What is shown of a term: one sentence, and a picture as the address of an image."""
    term = TERMS[key]
    return {"meaning": _(term.meaning), "picture": f"data:image/svg+xml,{quote(term.picture())}"}
