"""Vanishing gradients: the true size of the gradient at every step, in networks that read the same."""

from pages.knobs import FRESH
from rnnviz.app import comparison, gradient_runs, page, state
from rnnviz.app.i18n import _
from rnnviz.app.panels import cells_compared, gradient_claims, gradient_lines, radius_slider, step_spectrum
from rnnviz.app.panels.watched_loop import choose_layer, opening, watched
from rnnviz.app.stage.board import Board, show

claim = page.place_of_claim()
compared, knobs = cells_compared.choose("loss_at", "repeat", always=("parts",)), state.knobs()
subject, fresh = compared[name := comparison.main(compared)], cells_compared.is_fresh()
choose_layer(subject)
sizes = {name: gradient_runs.reaching(subject) for name, subject in compared.items()}
with claim:
    told = gradient_claims.headline(compared, sizes), gradient_claims.what_to_do(compared, fresh)
    measured = gradient_claims.measured(compared, knobs.forget_bias if fresh else None)
    page.claim(*told, gradient_claims.chips(compared, sizes), measured)


def build(compared: comparison.Subjects) -> Board:
    opens = {"start": 0, "backwards": True, "counts": gradient_runs.counted_back()}  # ends at what is read first
    opens = opens if gradient_runs.reads_forward(subject) else {}
    board = Board(subject.tokens, [True] * len(subject.tokens), units=1, **opens, about=compared)
    board.row(*(radius_slider.slider(fresh, followed=True) or watched(compared[name])))
    note = radius_slider.alone(sizes["RNN"]) if fresh and "RNN" in sizes else ""
    board.row(gradient_lines.sizes(compared, knobs.loss_at, fresh and knobs.repeat, knobs.parts, note))
    board.row(step_spectrum.spectrum(compared, board), gradient_lines.bounds(compared[name], 7, name))
    board.row(*gradient_lines.teaching(compared, knobs.loss_at, span=12))
    return board


show(build, about=(compared,), prepare=lambda: gradient_runs.prepare(compared))

usual = FRESH | {"loss_at": "last"} | cells_compared.back()
linear = usual | {"activation": "identity"}
page.below(
    read=[
        _("Read from the right, where the loss is: a straight line means the same factor at each step back."),
        gradient_lines.in_words(compared),
        gradient_claims.beyond_the_gates(compared),
    ],
    suggestions=[
        (_("A linear RNN at radius 1.1: gradients grow"), linear | {"radius": 1.1}),
        (_("A linear orthogonal RNN keeps its gradient"), linear | {"start": "orthogonal", "radius": 1.0}),
        (_("Gate bias 0, where torch starts: the LSTM fades faster than the RNN"), usual | {"forget_bias": 0.0}),
        (_("My own sentence, trained networks"), cells_compared.own_sentence()),
    ],
    code=f"""import rnnviz

{opening(subject)}subject = {subject.code()}
network, x = subject.network(), subject.input()
loss = lambda y: subject.objective(y, at={knobs.loss_at!r})
curves = rnnviz.gradients.gradient_curves(network, x, loss, direction={subject.network().directions[0]!r})
curves["state"].values[0, 0]      # {gradient_lines.first(subject, knobs.loss_at)}
""",
)
radius_slider.show_sweep(compared, fresh)
