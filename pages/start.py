"""Start here: six scenes from the loop of a recurrent network to the gate of an LSTM, each drawn from real networks."""

from rnnviz.app import page
from rnnviz.app.i18n import _
from rnnviz.app.panels import story_of_memory, story_of_reading
from rnnviz.app.stage.board import Board, show

SCENES = (
    story_of_reading.loop,
    story_of_reading.mixture,
    story_of_reading.order,
    story_of_memory.guess,
    story_of_memory.pulse,
    story_of_memory.gate,
)

page.claim(
    _("How does a network remember?"),
    _("Press Next: six scenes, and every number in them is computed by a real network."),
)


def build() -> Board:
    board = Board((), (), units=1, paged=True)
    for k, scene in enumerate(SCENES):
        board.row(scene(board) | {"scene": k})
    return board


show(build)
