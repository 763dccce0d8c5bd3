"""Side by side: RNN, LSTM, GRU, any other cell, or any networks of one task, read the same under one cursor."""

from rnnviz.app import comparison, controls, holding, page, state
from rnnviz.app.i18n import _
from rnnviz.app.panels import answer_claims, hold_claims, learning_claims, network_views, states_compared
from rnnviz.app.stage.board import Board, show
from rnnviz.subjects import Subject, address_words

chosen = state.subject()
claim = page.place_of_claim()
settings = controls.more_settings(_("Networks"))
if chosen.model.structured and not state.knobs().beside:
    with settings:
        controls.knob("compared")
beside = comparison.pick(answer_claims.refuse_other_labels, across=(), settings=settings)
subjects = beside or states_compared.family(chosen, state.knobs().compared)
holding.choose(controls.line(), list(subjects.values()))
subjects = {name: holding.held(subject) for name, subject in subjects.items()}
with claim:
    told = hold_claims.compared(subjects, answer_claims.comparison(subjects), answer_claims.who_changes(subjects))
    page.claim(*learning_claims.compared(subjects, *told), answer_claims.how_compared(subjects))


def build(chosen: Subject, subjects: comparison.Subjects) -> Board:
    board = Board(chosen.tokens, chosen.known, units=1, about=subjects)
    board.row(states_compared.compared_readings(subjects, chosen, board, span=12))
    board.row(states_compared.compared_chances(subjects, chosen, 6), states_compared.compared_changes(subjects, 6))
    board.row(*states_compared.compared_gates(subjects))
    board.spread(states_compared.compared_states(subjects))
    if before := states_compared.states_before(subjects):
        board.spread(before)
    board.spread(network_views.compared_answers(subjects, board))
    return board


show(build, about=(chosen, subjects))

models = tuple(address_words.to_word(subject.model) for subject in subjects.values())
what, values = ("model", models) if beside or not chosen.model.structured else ("cell", tuple(subjects))
foreign, long = answer_claims.foreign_sentence(), answer_claims.long_sentence()
page.below(
    read=[
        _("One cursor for all: the same step in every picture, and one colour scale for all states."),
        _("A row that keeps its colour may be remembering; a row that flickers changes at almost every step."),
        _("Answers are read from each state as if the sequence ended there."),
    ],
    suggestions=[
        (_("Freeze the forget gate shut: f = 0"), {"hold": ("f_0.0",)}),
        (_("In another language: {text}").format(text=foreign), answer_claims.reads(chosen, foreign)),
        (_("A long one: from which word on is it decided?"), answer_claims.reads(chosen, long)),
        *answer_claims.of_a_family(chosen),
    ],
    code=f"""import rnnviz

subject = {chosen.code()}
{hold_claims.runs_in_code(subjects, what, values)}
""",
)
