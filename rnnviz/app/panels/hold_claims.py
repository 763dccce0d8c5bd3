"""What is changed in a run, in words and as code, and what becomes of the network's answer."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

import numpy as np

from rnnviz.app import naming, page, results
from rnnviz.app.comparison import together
from rnnviz.app.i18n import _, sentences
from rnnviz.app.panels import answer_claims, held_runs, network_views
from rnnviz.app.results import Changed, Layer
from rnnviz.holding import PREVIOUS
from rnnviz.subjects import Subject
from rnnviz.subjects.hold_words import code_of, from_words
from rnnviz.tasks.tokens import join

MOST_TOLD = 60  # characters of a title that say which words are changed


def in_words(word: str, cell: str = "", whole: bool = False, first: int = 0) -> str:
    """A hold: "f = 1, unit 3, steps 2–4", of a cell's quantity. ``whole``: that it is in all units and at all steps is
    said too. ``first``: of a window of a sequence, how many steps were read before it."""
    ((name, (hold,)),) = from_words([word]).items()
    name = naming.letter(cell, name)
    if hold.value == PREVIOUS:
        value = _("{quantity} as it was before").format(quantity=name)
    else:
        value = f"{name} = {hold.value:g}".replace("-", "−")
    where = [*_units(hold.units, whole), *_steps(hold.steps, whole, first)]
    if hold.layer or hold.direction == "backward":
        where.append(_("layer {layer}").format(layer=hold.layer + 1))
    return _(", ").join([value, *where, *(["h←"] if hold.direction == "backward" else [])])


def _units(units: Sequence[int] | None, whole: bool) -> list[str]:
    if units is None:
        return [_("all units")] if whole else []
    if len(units) == 1:
        return [_("unit {unit}").format(unit=units[0])]
    return [_("units {units}").format(units=_runs(units, 0))]


def _steps(steps: Sequence[int] | None, whole: bool, first: int) -> list[str]:
    if steps is None:
        return [_("all steps")] if whole else []
    if len(steps) == 1:
        return [_("step {step}").format(step=first + steps[0] + 1)]
    return [_("steps {steps}").format(steps=_runs(steps, first + 1))]


def _runs(positions: Sequence[int], first: int) -> str:
    """Positions from ``first`` on, neighbours as their ends: "2–4, 7"."""
    runs: list[list[int]] = []
    for position in sorted(positions):
        if runs and position + first == runs[-1][-1] + 1:
            runs[-1][1:] = [position + first]
        else:
            runs.append([position + first])
    return _(", ").join("–".join(map(str, run)) for run in runs)


def told(*subjects: Changed) -> str:
    """All that is changed in any of them, as HTML."""
    parts = [_other_words(subject) for subject in subjects if subject.before]
    holds = [
        html.escape(together([in_words(word, subject.cell, first=subject.read().first) for word in subject.hold]))
        for subject in subjects
        if subject.hold
    ]
    parts += [_("With {holds} held").format(holds=_("; ").join(dict.fromkeys(holds)))] if holds else []
    return _("; ").join(dict.fromkeys(parts))


def _other_words(subject: Changed) -> str:
    """Which words are others than before, as HTML: "Taipei → Paris"."""
    then, now = subject.first().tokens, subject.tokens
    if sorted(then) == sorted(now):
        return _("The same words in another order")
    told, length = [], 0
    for kind, i, j, k, m in SequenceMatcher(None, then, now, autojunk=False).get_opcodes():
        before, after = (page.readable(join(words)) for words in (then[i:j], now[k:m]))
        said = {"replace": "{before} → {after}", "delete": _("without {before}"), "insert": _("with {after}")}.get(kind)
        if said:
            length += len(before + after)
            words = {"before": f"<bdi>{html.escape(before)}</bdi>", "after": f"<bdi>{html.escape(after)}</bdi>"}
            told.append(said.format(**words))
    return _(", ").join(told) if length <= MOST_TOLD else _("Other words")


def changed(subject: Changed, of: Layer) -> str:
    """What becomes of the answer with the change or, where there is none, of the state."""
    first, compared = subject.first(), held_runs.counterparts(subject) >= 0
    places = {"change": told(subject), "cell": subject.cell, "steps": int(compared.sum())}
    if not results.answers_along(subject):
        count = int(held_runs.differs(subject, of).sum())
        return _("{change}: the {cell}'s state is another one at {count} of {steps} steps").format(
            count=count, **places
        )
    if subject.load().answers.at == "every":
        then = held_runs.beside_each_step(subject, results.answers(first).values)
        differing = then.argmax(-1) != results.answers(subject).values.argmax(-1)
        return _("{change}: the {cell} answers otherwise at {count} of {steps} steps").format(
            count=int(differing[compared].sum()), **places
        )
    before, after = (page.bold(answer_claims.leading(run)[0]) for run in (first, subject))
    said = _("{change}: the {cell}'s answer {before} becomes {after}")
    if before == after:
        said = _("{change}: the {cell}'s answer stays {after}")
    return said.format(before=before, after=after, **places)


def chips(subjects: Mapping[str, Subject]) -> list[page.Chip]:
    """What each network answers after the last word, and what it answered before a change."""
    return [
        page.Chip(subject.cell, network_views.listed({name: _answer(subject)})) for name, subject in subjects.items()
    ]


def _answer(subject: Subject) -> str:
    answer, share = answer_claims.leading(subject)
    if not isinstance(subject, Changed):
        return f"{answer} {share}"
    before, its_share = answer_claims.leading(subject.first())
    return f"{answer} {its_share} → {share}" if answer == before else f"{before} {its_share} → {answer} {share}"


def claim(subject: Subject, of: Layer, title: str, sentence: str, here: str) -> tuple[str, str, list[page.Chip]]:
    """A page's claim and the sentence under it, or with a hold what is said instead, and the answers of both runs;
    ``here``: what the page shows of a run in which something is held."""
    if not isinstance(subject, Changed):
        return title, sentence, []  # the picture says how sure it is
    answers_once = results.answers_along(subject) and subject.load().answers.at == "last"
    answers = chips({subject.cell: subject}) if answers_once else []
    guess = "" if subject.trained else _("It was never trained, so its answers are guesses.")
    said = sentences(_("This is the changed run."), alike(subject, of), here, guess)
    return changed(subject, of), said, answers


def alike(subject: Changed, of: Layer) -> str:
    """How alike the last states are of what is read and of what was read before; nothing where the words are the same,
    or a state is zero."""
    states = [_last_state(run, of) for run in (subject, subject.first())] if subject.before else []
    sizes = [float(np.linalg.norm(state)) for state in states]
    if not states or not all(0 < size < np.inf for size in sizes):
        return ""
    told = _("The last states of both sequences have a cosine of {cosine}; 1 is the same direction.")
    return told.format(cosine=f"{states[0] @ states[1] / (sizes[0] * sizes[1]):.2f}".replace("-", "−"))


def _last_state(subject: Subject, of: Layer) -> np.ndarray:
    """What a layer hands up in the end, (units,)."""
    layer = results.layer(subject, of)
    return layer[layer.output].values[0 if of[1] == "backward" else -1, 0].astype(float)


def beside_each_answer() -> str:
    """How a strip shows both runs."""
    return _("Dashed: the state is another one than before. Grey above each answer: the one before the change.")


def framed(subject: Subject) -> str:
    """How pictures show them."""
    frame = _("Framed: what is held.") if getattr(subject, "hold", ()) else ""
    return sentences(frame, _("Faint lines, and the second number below each picture: before the change."))


def compared(subjects: Mapping[str, Subject], title: str, sentence: str) -> tuple[str, str, list[page.Chip]]:
    """The same of several networks, of which some may have nothing to hold, with the answers of all."""
    others = {name: subject for name, subject in subjects.items() if isinstance(subject, Changed)}
    if not others:
        return title, sentence, []  # the last column of the answers says how they end
    leading = answer_claims.leading
    otherwise = [name for name, subject in others.items() if leading(subject)[0] != leading(subject.first())[0]]
    said = _("{change}: no answer becomes another one").format(change=told(*others.values()))
    if otherwise:
        said = _("{change}: another answer from {networks}")
        said = said.format(change=told(*others.values()), networks=together(otherwise))
    held = any(subject.hold for subject in others.values())
    without = [name for name in subjects if held and not getattr(subjects[name], "hold", ())]
    nothing = _("Nothing to hold in {names}.").format(names=together(without)) if without else ""
    return said, sentences(nothing, _("Faint lines are the runs before the change."), sentence), chips(subjects)


def runs_in_code(subjects: Mapping[str, Subject], what: str, values: Sequence[str]) -> str:
    """Python that prints what each of several networks answers; ``values``: what each sets ``what`` of a subject to."""
    if not any(getattr(subject, "hold", ()) for subject in subjects.values()):
        return f"""for {what} in {values!r}:
    print({what}, subject.with_({what}={what}).trace().y.values.argmax())"""
    holds = [code_of(getattr(subject, "hold", ())) for subject in subjects.values()]
    entries = ", ".join(f"{value!r}: {hold}" for value, hold in zip(values, holds, strict=True))
    return f"""for {what}, hold in {{{entries}}}.items():
    other = subject.with_({what}={what})
    trace = rnnviz.record(other.network(), other.input(), hold=hold)
    print({what}, trace.y.values.argmax())"""


def run_in_code(subject: Subject, expression: str) -> str:
    """Python that gives the trace of the subject that ``expression`` is."""
    if not getattr(subject, "hold", ()):
        return f"{expression}.trace()"
    inputs = f"{expression}.network(), {expression}.input(), tokens={expression}.read().tokens"
    return f"rnnviz.record({inputs}, hold={code_of(subject.hold)})"
