"""Forecast: a network that learnt to tell the next value goes on with a series by itself."""

from rnnviz.app import page, state
from rnnviz.app.i18n import _
from rnnviz.app.panels import forecast, forecast_claims, forecast_controls
from rnnviz.app.stage.board import Board, show

claim = page.place_of_claim()
forecast_controls.choose()
subject = state.subject()
steps = forecast_claims.horizon(subject, state.knobs().ahead)
forecast_controls.prepare(subject, steps)
with claim:
    told = forecast_claims.title(subject, steps), forecast_claims.sentence(subject)
    page.claim(*told, forecast_claims.chips(subject, steps), forecast_claims.measured(subject, steps))


def build() -> Board:
    board = forecast.board(subject, steps)
    forecast.rows(subject, steps, board)
    return board


show(build)

seen = forecast_claims.seen(subject, steps)
page.below(
    read=[
        _("One step ahead is easy where a series is smooth: the last value is nearly right. What counts is how far the "
          "network gets on its own answers."),
        _("Mackey–Glass and Lorenz are chaotic: a small error grows from step to step, so every forecast is lost in "
          "the end, however good the network."),
        _("All of it takes the series to be stationary: what comes follows the rule of what was. A trend breaks that."),
    ],
    suggestions=[
        (_("Lorenz with all three variables: nothing is hidden"), {"series": "lorenz_xyz"}),
        (_("Mackey–Glass: the delay is 17, the network has to remember"), {"series": "mackey_glass"}),
        (_("Two sines: a rule without chaos, and still it drifts"), {"series": "sines"}),
        (_("Before training"), {"trained": False}),
    ],
    code=f"""import rnnviz

subject = {subject.code()}
x = subject.input()
told = rnnviz.forecasting.continuations(subject.network(), x, {steps})
truth = rnnviz.forecasting.futures(x, {steps})
int(rnnviz.forecasting.followed(told, truth)[{len(seen.x) // 2 - 1}, 0])   # {int(seen.followed[len(seen.x) // 2 - 1])}
""",
)  # fmt: skip
