"""What a network was made to do, as a line of pictures drawn from the task's own data, above how well it does it."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Sequence
from functools import cache
from urllib.parse import quote

import torch

from rnnviz.app import drawing_pad, saved_page, state
from rnnviz.app.glossary import pictures
from rnnviz.app.i18n import _, language, sentences
from rnnviz.app.panels import mechanism_claims
from rnnviz.app.pixels import READ_AS_PICTURE, read_as_picture
from rnnviz.app.subject_picker import names_what_is_shown
from rnnviz.cells.echo_state import EchoState
from rnnviz.compute import computed
from rnnviz.figures import style
from rnnviz.tasks import Task
from rnnviz.tasks.reber import INNER
from rnnviz.tasks.tokens import tokenize

# Where the states of Reber's grammar stand, in the order of INNER and the end behind them.
STATES = ((8, 75), (58, 75), (118, 42), (118, 108), (202, 42), (202, 108), (262, 75), (312, 75))
LETTERS = "#B5681B"  # readable on light and on dark
FEWEST = 5  # tokens of a sentence that stands for its task


def show(here: bool = False) -> None:
    """Draw the line, where the page shows what the picker names and the network has a task that has a picture; a task
    of drawn digits has a pad besides. ``here``: not above the claim, for a page that does not have it there."""
    if here == state.row().task_above:
        return
    subject = state.subject()
    drawing_pad.offer()
    if not state.row().opens or "brought" in state.row().prefers or not names_what_is_shown():
        return
    if mechanism_claims.is_told(subject):  # no answer to it is more than chance
        return
    learnt = subject.load().task
    cell = subject.network().layers[0][0]
    told = _reservoir() if isinstance(cell, EchoState) and learnt is None else picture(learnt, language())
    if told and learnt is not None and learnt.name in READ_AS_PICTURE:
        now = html.escape(_("It reads now:"))
        told += f'<span class="example"><span>{now}</span>{read_as_picture(learnt.name, subject.input())}</span>'
    if told:
        saved_page.show_above(f'<div class="task">{told}</div>')


def draw(learnt: Task) -> None:
    """Likewise of a page whose networks are not in the picker."""
    if told := picture(learnt, language()):
        saved_page.show_above(f'<div class="task">{told}</div>')


def picture(learnt: Task | None, spoken: str) -> str:
    """The line as HTML; "" without a task, or of one that has no picture. ``spoken``: the language of its words."""
    draw = PICTURES.get("" if learnt is None else learnt.name)
    if draw is None:
        return ""
    told = {
        "neighbour_xor": sentences(_(learnt.title), _("(XOR) A weighted sum of left and right cannot decide it.")),
        "flip_flop": _("Three switches: each push sets one to + or −; remember the last push of each."),
        "continual_reber": _("Which letter comes next? The 2nd, T or P, comes back as the second-to-last letter."),
    }
    said = told.get(learnt.name, _(learnt.title))
    task, example = html.escape(_("Task")), html.escape(_("For example:"))
    drawn = f'<span class="example"><span>{example}</span>{draw(learnt, spoken)}</span>'
    return f"<b>{task}</b><span>{html.escape(said)}</span>{drawn}"


def words(tokens: Sequence[object], asked: Sequence[int] = ()) -> str:
    """Tokens in a row, framed where an answer is asked for."""
    boxes = (f"<i{' class=asked' * (k in asked)}>{html.escape(str(token))}</i>" for k, token in enumerate(tokens))
    return "".join(boxes)


def becomes(left: str, answer: object) -> str:
    return f'{left}<span class="becomes">→ <b>{html.escape(str(answer))}</b></span>'


@cache
def _shortest(learnt: Task, spoken: str, label: str) -> tuple[list[str], object]:
    """The shortest training sentence of a language, of some tokens, that has the label or a word with it; its tokens
    first."""
    fitting = (
        (tokenize(each.text), each)
        for each in learnt.training_sentences
        if each.language == spoken and label in (each.roles if learnt.readout == "every" else (each.label,))
    )
    long_enough = ((tokens, each) for tokens, each in fitting if len(tokens) >= FEWEST)
    return min(long_enough, key=lambda pair: (len(pair[0]), pair[1].text))


def _intents(learnt: Task, spoken: str) -> str:
    tokens, sentence = _shortest(learnt, spoken, learnt.labels[0])
    return becomes(words(tokens), _(learnt.label_text(sentence.label)))


def _slots(learnt: Task, spoken: str) -> str:
    tokens, sentence = _shortest(learnt, spoken, "departure")
    at = sentence.roles.index("departure")
    return becomes(words(tokens, [at]), _(learnt.label_text("departure")))


def _solved(learnt: Task, text: str) -> list[int]:
    return learnt.solution(learnt.encode(text))[:, 0].tolist()


def _neighbours(learnt: Task, spoken: str) -> str:
    """The first place of an example at which the neighbours differ."""
    bits, right = learnt.examples[0].split(), _solved(learnt, learnt.examples[0])
    at = right.index(1)
    return becomes(words(bits[at - 1 : at + 2], [1]), _(learnt.label_text(learnt.labels[1])))


def _recall(learnt: Task, spoken: str) -> str:
    letter, *digits = learnt.examples[0].split()
    return becomes(words([letter, *digits[:3], "…", digits[-1]], [0]), letter)


def _pairs(learnt: Task, spoken: str) -> str:
    """The first pairs of an example, the one that is asked for among them, and what is asked."""
    *read, letter = learnt.examples[0].split()
    answer = learnt.labels[learnt.solution(learnt.encode(learnt.examples[0])).item()]
    shown = dict.fromkeys((*read[:2], letter + answer))
    return becomes(words([*shown, "…", letter], [len(shown) + 1]), answer)


def _odd(learnt: Task, spoken: str) -> str:
    """The first bits of an example; odd or even at the last of them."""
    bits, right = learnt.examples[0].split()[:6], _solved(learnt, learnt.examples[0])
    return becomes(words(bits, [len(bits) - 1]), _(learnt.label_text(learnt.labels[right[len(bits) - 1]])))


def _ahead(learnt: Task, spoken: str) -> str:
    letters, right = learnt.examples[0].split(), _solved(learnt, learnt.examples[0])
    return becomes(words(letters[: learnt.distance + 1], [0]), learnt.labels[right[0]])


def _third_bit(learnt: Task, spoken: str) -> str:
    bits, right = learnt.examples[0].split(), _solved(learnt, learnt.examples[0])
    return becomes(words(bits[:2], [1]), learnt.labels[right[1]])


def _characters(learnt: Task, spoken: str) -> str:
    """The beginning of an example, and the character after it."""
    characters = learnt.vocabulary.split(learnt.examples[0])[:9]
    return becomes(words(characters[:-1], [len(characters) - 2]), characters[-1])


def _switches(learnt: Task, spoken: str) -> str:
    """Steps of three switches each, and how all three stand after them."""
    pushes = torch.tensor([[1.0, 0, 0], [0, -1, 0], [0, 0, 1], [-1, 0, 0]])
    held = learnt.solution(pushes[:, None])[-1, 0].tolist()
    steps = "".join(f"<i>{_drawn(push)}</i>" for push in pushes.tolist())
    return f'{steps}<span class="becomes">→ {_drawn(held)} <b>{settings(held)}</b></span>'


def _drawn(values: Sequence[float]) -> str:
    """Switches, up or down; without a knob those that are not pushed."""
    ways = {"+": " up", "−": " down", "·": ""}
    return "".join(f'<u class="switch{ways[sign]}">{sign}</u>' for sign in settings(values).split("\u202f"))


def settings(values: Sequence[float]) -> str:
    """Pushes or answers of all switches of a step: a sign for each."""
    return "\u202f".join("+" if value > 0 else "−" if value < 0 else "·" for value in values)


def _grammar(learnt: Task, spoken: str) -> str:
    """A string's two symbols that are one, with what stands between them."""
    string = learnt.examples[0].split()[:9]
    return words(string, [1, len(string) - 2])


def grammar() -> str:
    """Reber's graph, where every way is one symbol, as the source of an image."""
    parts = []
    for k, ways in enumerate(INNER):
        for way in ways.split():
            (x0, y0), (x1, y1) = STATES[k], STATES[int(way[1])]
            side = -1 if y0 + y1 <= 2 * STATES[0][1] else 1  # away from the middle of the graph
            if int(way[1]) == k:
                parts += [pictures.ring(x0, y0 + 8 * side, 6, 7, style.INK), _symbol(way[0], x0, y0 + 25 * side)]
                continue
            long = math.hypot(x1 - x0, y1 - y0)
            dx, dy = (x1 - x0) / long, (y1 - y0) / long
            parts.append(pictures.arrow((x0 + 7 * dx, y0 + 7 * dy), (x1 - 7 * dx, y1 - 7 * dy)))
            across = 16 * side * (1 if dx > 0 else -1)
            parts.append(_symbol(way[0], (x0 + x1) / 2 - across * dy, (y0 + y1) / 2 + across * dx))
    parts += [pictures.dot(x, y, style.ROLES["state"], 4.5) for x, y in STATES]
    return _source(pictures.svg(parts, 320, 150))


def _symbol(letter: str, x: float, y: float) -> str:
    place = f'x="{x:.0f}" y="{y + 7:.0f}" text-anchor="middle" font-family="sans-serif" font-size="20"'
    return f'<text {place} font-weight="600" fill="{LETTERS}">{letter}</text>'


def _reservoir() -> str:
    told = _("A reservoir is a random network, never trained; only its readout is trained, to recall past inputs.")
    return f"<span>{html.escape(told)}</span>"


def _source(svg: str) -> str:
    return f"data:image/svg+xml,{quote(svg)}"


@computed
def _next_value(learnt: Task, spoken: str) -> str:
    """A few values of an example, and the one that comes next."""
    x, y = learnt.example(torch.Generator().manual_seed(0))
    read = [f"{value:.2f}".replace("-", "−") for value in x[:4, 0, 0].tolist()]
    return becomes(words([*read, "?"], [len(read)]), f"{y[3, 0, 0].item():.2f}".replace("-", "−"))


def _digit(learnt: Task, spoken: str) -> str:
    """An example as the picture that its numbers make, and the digit that it is."""
    x, y = learnt.example(torch.Generator().manual_seed(0))
    return becomes(read_as_picture(learnt.name, x), learnt.labels[int(y)])


PICTURES: dict[str, Callable[[Task, str], str]] = {
    "intents": _intents,
    "slots": _slots,
    "neighbour_xor": _neighbours,
    "recall": _recall,
    "pairs": _pairs,
    "parity": _odd,
    "echo_future": _ahead,
    "xor_stream": _third_bit,
    "characters": _characters,
    "flip_flop": _switches,
    "continual_reber": _grammar,
    "forecast": _next_value,
    "strokes": _digit,
    "sounds": _digit,
}
