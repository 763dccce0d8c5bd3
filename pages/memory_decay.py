"""Memory decay: how much of each past word is still in the state, in networks that read the same."""

from rnnviz.app import comparison, page, state
from rnnviz.app.i18n import _
from rnnviz.app.panels import answer_claims, first_word, forgetting, memory_shares, networks_compared, word_effects
from rnnviz.app.stage.board import Board, show
from rnnviz.studies.delayed_recall import nearest, subject_of

subject, measure, of = state.subject(), state.knobs().measure, (state.layer(), state.direction())
claim = page.place_of_claim()
compared = networks_compared.choose(subject)
word_effects.prepare(compared, of)
with claim:
    told, chips = first_word.sentence(compared, measure, of), first_word.chips(compared, measure, of)
    page.claim(first_word.title(compared, measure, of), told, chips, first_word.measured(compared, measure, of))


def build(compared: comparison.Subjects) -> Board:
    start, units = None if of[1] == "forward" else 0, memory_shares.revealed(subject, of).base.values.shape[-1]
    board = Board(subject.tokens, subject.known, units, start=start, about=compared)
    for row in memory_shares.measured(measure, compared, board, of):
        board.row(*row)
    probes = [forgetting.probes(compared, span=6, of=of)] if forgetting.can_be_probed(compared) else []
    board.row(*probes, forgetting.half_life_rows(compared, span=6 if probes else 12, of=of))
    board.row(*filter(None, [memory_shares.ribbon(name := comparison.main(compared), compared[name], board, of)]))
    board.row(forgetting.divergences(compared, span=12, of=of))
    board.row(forgetting.honesty())
    return board


show(build, about=(compared,))

recall, (last, first) = nearest(subject), networks_compared.ends(of)
rotated = subject_of("orthogonal RNN", recall.load().provenance.seed)
again = {"model": recall.model, "sequence": recall.sequence, "trained": True}
given = word_effects.arguments(subject, of)
page.below(
    read=[
        memory_shares.colours(measure),
        *([word_effects.summing(subject)] if measure == "effect" else []),
        *([networks_compared.terms(compared)] if networks_compared.are_the_kinds(compared) else []),
        _("What is shown holds for this start, this budget and these seeds; it is no law about a kind of cell."),
    ],
    suggestions=[
        (_("Read my sentence instead"), answer_claims.INTENTS),
        (_("Another training run: seed 2"), again | {"model": nearest(subject, 2).model}),
        (_("An RNN whose W starts as a rotation"), again | {"model": rotated.model}),
        (_("In exact parts, oldest first"), again | {"measure": "reveal"}),
        (_("When was it written? The gates tell"), again | {"measure": "ledger"}),
        (_("What the gradient says of the same network"), again | {"measure": "connectivity"}),
    ],
    code=f"""import rnnviz

subject = {subject.code()}
effects = rnnviz.memory.total_effect(subject.network(), *subject.draws(){given})
effects.effect.values[{last}, {first}]     # {word_effects.effect(subject, of).effect.values[last, first]:.4f}
""",
)
