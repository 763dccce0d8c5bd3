"""Step through: one network reads one sequence, and every number of every step can be followed."""

from rnnviz.app import controls, holding, naming, page, results, state
from rnnviz.app.i18n import _
from rnnviz.app.panels import answer_claims, hold_claims, mechanism_claims, one_step, plain_torch
from rnnviz.app.stage.board import show
from rnnviz.cells import CLASSIC

subject = holding.held(state.subject())
of = state.layer(), state.direction()
h = results.layer(subject, of)[(name := results.layer(subject, of).output)]

with page.place_of_claim():
    told = answer_claims.intent(subject), answer_claims.invitation(subject)
    told = hold_claims.claim(subject, of, *told, hold_claims.beside_each_answer())
    page.claim(*told, answer_claims.measured(subject))
with (line := controls.line()):
    controls.choose_layer()
holding.choose(line, [subject], of)
mechanism_claims.offer_trained(subject)

show(lambda subject: one_step.board(subject, of), about=(subject,))

PLAIN = {"cell": "RNN", "hold": ()}
RELU = PLAIN | {"trained": False, "nonlinearity": "relu"}
newer = subject.cell not in CLASSIC  # to which what follows of tanh and of a forget gate f says nothing
of_gates = [
    (_("Another f before training: relu in place of tanh"), answer_claims.INTENTS | RELU),
    (_("Freeze the forget gate shut: f = 0"), answer_claims.INTENTS | {"cell": "LSTM", "hold": ("f_0.0",)}),
]
foreign = answer_claims.foreign_sentence()
simplest = naming.named("RNN", "h_t = f(W_ih x_t + W_hh h_t−1)")
page.below(
    read=[
        _("Blue is positive, orange negative, green is how far a gate is open; no colour is zero."),
        answer_claims.above_each_state(subject),
        _("A dotted line marks a word that is not in the vocabulary: all of those are read alike."),
    ],
    suggestions=[
        (_("Start with the plain RNN: {equation}").format(equation=simplest), answer_claims.INTENTS | PLAIN),
        (_("In another language: {text}").format(text=foreign), answer_claims.INTENTS | {"text": foreign}),
        *(mechanism_claims.trained_elsewhere(subject) if newer else of_gates),
        *([(_("See what it did before it was trained"), {"trained": False})] if subject.trained else []),
    ],
    code=f"""import rnnviz

subject = {subject.code()}
trace = {hold_claims.run_in_code(subject, "subject")}
trace.tokens                      # {subject.read().tokens!r:.60}
trace.layer({page.place(of)})["{name}"].values.shape   # {h.values.shape}
trace.layer({page.place(of)})["{name}"].values[-1, 0, 0]   # {h.values[-1, 0, 0]!s}
{answer_claims.answer_in_code(subject)}""",
    plain=plain_torch.lines(subject),
)
