"""LSTMVis' search on the page: words are marked, and the places are found at which the same units are on."""

from __future__ import annotations

from collections import Counter

import numpy as np

from rnnviz.app import page
from rnnviz.app.i18n import _, sentences
from rnnviz.app.panels import unit_search, unit_strips
from rnnviz.app.panels.network_views import accent, missing
from rnnviz.app.stage.board import Board
from rnnviz.searching import Place
from rnnviz.studies.unit_jobs import Seen
from rnnviz.subjects import Subject

SHOWN, MOST_LABELS = 8, 6


def alike(subject: Subject, found: Seen, unit: int, board: Board, **place: object) -> dict:
    """The marked words, the places like them, and what the labels say there."""
    if not len(found.index):
        return missing(_("None of these lines could be read. Give one sentence a line."), **place)
    pattern, words = unit_search.pattern(subject, found, unit)
    marked = " ".join(words[pattern.start : pattern.stop])
    if not pattern.units:
        lack = _("No unit is above {threshold} at every one of the marked words, “{words}”. Lower the threshold.")
        return missing(lack.format(threshold=f"{pattern.threshold:g}", words=page.readable(marked)), **place)
    places, values = unit_search.alike(found, pattern), unit_strips.Values()
    own = pattern.sentence is None
    states = unit_search.own_states(subject, unit_search.layer())[:, unit] if own else None
    first = found.index.activation(pattern.sentence, unit) if states is None else states
    begun = Place(-1 if own else pattern.sentence, pattern.start, pattern.stop, 1.0, words, "", ())
    strips = [unit_strips.strip(subject, values, first, begun)]
    strips += [
        unit_strips.strip(subject, values, found.index.activation(each.sentence, unit), each) for each in places[:SHOWN]
    ]
    shown = {each.sentence: unit_strips.sentence(subject, each) for each in (begun, *places[:SHOWN])}
    rates = shares(subject, found, places)
    return {
        "kind": "alike",
        "strips": strips,
        "sentences": shown,
        "values": board.array("values", values.all()),
        "unit": unit,
        "of_sentences": unit_search.of_sentences(subject),
        "own_mark": unit_search.mark(subject),
        "scale": "state",
        "range": limits(found),
        "shares": rates,
        "strings": unit_strips.strings(subject)
        | {
            "shares": _("What the labels say at the {count} places most alike").format(count=len(places)),
            "base": _("everywhere: {share}"),
            "alike": _("{share} alike"),
            "marked": _("marked"),
        },
        "title": title(marked, rates, len(places)),
        "caption": _("{count} of {units} units are on, above {threshold}, at every marked word: {names}.").format(
            count=len(pattern.units),
            units=found.index.units,
            threshold=f"{pattern.threshold:g}",
            names=_(", ").join(map(str, pattern.units[:20])) + (" …" if len(pattern.units) > 20 else ""),
        ),
        "accent": accent(subject),
        "alternative": told(marked, rates, places),
        **place,
    }


def limits(found: Seen) -> list[float]:
    most = max((float(np.abs(found.index.values(k)).max(initial=0.0)) for k in range(found.index.units)), default=1.0)
    return [-max(1.0, most), max(1.0, most)]


def shares(subject: Subject, found: Seen, places: list[Place]) -> list[dict]:
    """Of each label its share at the found places, and at all places; the most frequent there first."""
    there, everywhere = found.index.labels(places), Counter(found.index.places("label")[1])
    there.pop("", None)
    if not there:
        return []
    return [
        {
            "name": unit_search.label_of(subject, label),
            "share": count / there.total(),
            "base": everywhere[label] / everywhere.total(),
        }
        for label, count in there.most_common(MOST_LABELS)
    ]


def title(marked: str, rates: list[dict], count: int) -> str:
    words = page.readable(marked)
    if not rates:
        return _("Where else the network was in a state like at “{words}”").format(words=words)
    told = _("Where the network is in a state like at “{words}”, {share} of the labels say {name}; everywhere {base}")
    first = rates[0]
    return told.format(
        words=words, share=page.percent(first["share"]), name=first["name"], base=page.percent(first["base"])
    )


def told(marked: str, rates: list[dict], places: list[Place]) -> str:
    found = [_("{count} places were found like “{words}”.").format(count=len(places), words=page.readable(marked))]
    found += [
        _("{name}: {share}, everywhere {base}.").format(
            name=each["name"], share=page.percent(each["share"]), base=page.percent(each["base"])
        )
        for each in rates
    ]
    return sentences(*found)
