"""The table of contents: every screen, in the order of the menu."""

from typing import NamedTuple


class Page(NamedTuple):
    """``file`` in this folder; its stem with dashes is the address. The other texts are translated when shown."""

    section: str
    file: str
    title: str
    icon: str
    help: str


PAGES = (
    Page("One sentence", "step_through.py", "Step through", ":material/footprint:", "Follow one word after another."),
    Page("One sentence", "states.py", "States and gates", ":material/grid_on:", "All units, all steps, all gates."),
    Page("Compare", "side_by_side.py", "Side by side", ":material/view_column:", "RNN, LSTM and GRU, one cursor."),
    Page(
        "Why memory fades",
        "vanishing_gradients.py",
        "Vanishing gradients",
        ":material/trending_down:",
        "The true gradient at every step.",
    ),
    Page("Why memory fades", "gradient_map.py", "Gradient map", ":material/grid_4x4:", "Every loss, every state."),
    Page("Why memory fades", "memory_decay.py", "Memory decay", ":material/hourglass_bottom:", "Who wrote this state?"),
)
