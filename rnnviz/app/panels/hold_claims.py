"""What is held in a run, in words and as code, and what becomes of the network's answer."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from rnnviz.app import results
from rnnviz.app.comparison import together
from rnnviz.app.i18n import _, sentences
from rnnviz.app.panels import answer_claims, held_runs
from rnnviz.app.results import Held, Layer
from rnnviz.holding import PREVIOUS
from rnnviz.subjects import Subject
from rnnviz.subjects.hold_words import code_of, from_words


def in_words(word: str, whole: bool = False) -> str:
    """A hold: "f = 1, unit 3, steps 2–4". ``whole``: that it is in all units and at all steps is said too."""
    ((name, (hold,)),) = from_words([word]).items()
    if hold.value == PREVIOUS:
        value = _("{quantity} as it was before").format(quantity=name)
    else:
        value = f"{name} = {hold.value:g}".replace("-", "−")
    where = [*_units(hold.units, whole), *_steps(hold.steps, whole)]
    if hold.layer or hold.direction == "backward":
        where.append(_("layer {layer}").format(layer=hold.layer + 1))
    return _(", ").join([value, *where, *(["h←"] if hold.direction == "backward" else [])])


def _units(units: Sequence[int] | None, whole: bool) -> list[str]:
    if units is None:
        return [_("all units")] if whole else []
    if len(units) == 1:
        return [_("unit {unit}").format(unit=units[0])]
    return [_("units {units}").format(units=_runs(units, 0))]


def _steps(steps: Sequence[int] | None, whole: bool) -> list[str]:
    if steps is None:
        return [_("all steps")] if whole else []
    if len(steps) == 1:
        return [_("step {step}").format(step=steps[0] + 1)]
    return [_("steps {steps}").format(steps=_runs(steps, 1))]


def _runs(positions: Sequence[int], first: int) -> str:
    """Positions from ``first`` on, neighbours as their ends: "2–4, 7"."""
    runs: list[list[int]] = []
    for position in sorted(positions):
        if runs and position + first == runs[-1][-1] + 1:
            runs[-1][1:] = [position + first]
        else:
            runs.append([position + first])
    return _(", ").join("–".join(map(str, run)) for run in runs)


def told(subject: Held) -> str:
    """All that is held, as HTML."""
    return html.escape(together([in_words(word) for word in subject.hold]))


def changed(subject: Held, of: Layer) -> str:
    """What becomes of the answer with the hold or, where there is none, of the state."""
    places = {"holds": told(subject), "cell": subject.cell, "steps": subject.read().steps}
    first = subject.let_go()
    if not results.answers_along(subject):
        count = int(held_runs.differs(subject, of).sum())
        return _("With {holds} held, the {cell}'s state is another one at {count} of {steps} steps").format(
            count=count, **places
        )
    if subject.load().answers.at == "every":
        then, now = (results.answers(each).values.argmax(-1) for each in (first, subject))
        return _("With {holds} held, the {cell} answers otherwise at {count} of {steps} steps").format(
            count=int((then != now).sum()), **places
        )
    (before, its_share), (after, share) = answer_claims.decision(first), answer_claims.decision(subject)
    if before == after:
        said = _("With {holds} held, the {cell} still answers {after} ({before_share} before, {share} now)")
    else:
        said = _("With {holds} held, the {cell}'s answer {before} ({before_share}) becomes {after} ({share})")
    return said.format(before=before, before_share=its_share, after=after, share=share, **places)


def claim(subject: Subject, of: Layer, title: str, sentence: str, here: str) -> tuple[str, str]:
    """A page's claim and the sentence under it, or with a hold what is said instead; ``here``: what the page shows of
    a run in which something is held."""
    if not isinstance(subject, Held):
        return title, sentence
    guess = "" if subject.trained else _("It was never trained, so its answers are guesses.")
    return changed(subject, of), sentences(_("This is the changed run."), here, guess)


def beside_each_answer() -> str:
    """How a strip shows both runs."""
    return _("Dashed: the state is another one than without the hold. Grey above each answer: the one without it.")


def framed() -> str:
    """How pictures show them."""
    return _(
        "Framed: what is held. Below each picture stands its number at the cursor, and what it was without the hold."
    )


def compared(subjects: Mapping[str, Subject], title: str, sentence: str) -> tuple[str, str]:
    """The same of several networks, of which some may have nothing to hold."""
    held = {name: subject for name, subject in subjects.items() if isinstance(subject, Held)}
    if not held:
        return title, sentence
    becomes = {}
    for name, subject in held.items():
        (before, its_share), (after, share) = map(answer_claims.decision, (subject.let_go(), subject))
        if before == after:
            said = _("{network} still answers {after} ({before_share} before, {share} now)")
        else:
            said = _("{network} changes from {before} ({before_share}) to {after} ({share})")
        becomes[name] = said.format(network=name, before=before, before_share=its_share, after=after, share=share)
    holds = dict.fromkeys(told(subject) for subject in held.values())
    without = [name for name in subjects if name not in held]
    runs = _("Nothing to hold in {names}: the same run as before.").format(names=together(without)) if without else ""
    said = _("With {holds} held, {answers}").format(holds=_("; ").join(holds), answers=_("; ").join(becomes.values()))
    return said, sentences(runs, _("What is shown are the changed runs."), sentence)


def runs_in_code(subjects: Mapping[str, Subject], what: str, values: Sequence[str]) -> str:
    """Python that prints what each of several networks answers; ``values``: what each sets ``what`` of a subject to."""
    if not any(isinstance(subject, Held) for subject in subjects.values()):
        return f"""for {what} in {values!r}:
    print({what}, subject.with_({what}={what}).trace().y.values.argmax())"""
    holds = [code_of(subject.hold) if isinstance(subject, Held) else "{}" for subject in subjects.values()]
    entries = ", ".join(f"{value!r}: {hold}" for value, hold in zip(values, holds, strict=True))
    return f"""for {what}, hold in {{{entries}}}.items():
    other = subject.with_({what}={what})
    trace = rnnviz.record(other.network(), other.input(), hold=hold)
    print({what}, trace.y.values.argmax())"""


def run_in_code(subject: Subject, expression: str) -> str:
    """Python that gives the trace of the subject that ``expression`` is."""
    if not isinstance(subject, Held):
        return f"{expression}.trace()"
    inputs = f"{expression}.network(), {expression}.input(), tokens={expression}.read().tokens"
    return f"rnnviz.record({inputs}, hold={code_of(subject.hold)})"
