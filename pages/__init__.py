"""The table of contents: every screen, in the order of the menu."""

from pages.knobs import DeepNetwork, History, OneLayer, SideBySide
from rnnviz.app.page_row import Page

INTENTS = {"model": "intents-lstm-small", "text": "what time is it ?"}
STREAM = "B P B P V V E P E B T B P T V P X T V V E T E B T B P T V V E T E B T B P T T T"
SENTENCE = ("real_vectors", "tokens", "classes", "one_layer", "one_direction")
BORN = "How cells came to be"
PAGES = (
    Page(
        "One sentence",
        "step_through.py",
        "Step through",
        ":material/footprint:",
        "Follow one word after another.",
        opens=INTENTS,
        needs=("real_vectors",),
        knobs=OneLayer,
    ),
    Page(
        "One sentence",
        "states.py",
        "States and gates",
        ":material/grid_on:",
        "All units, all steps, all gates.",
        opens=INTENTS,
        needs=("real_vectors",),
        knobs=OneLayer,
    ),
    Page(
        "Compare",
        "side_by_side.py",
        "Side by side",
        ":material/view_column:",
        "RNN, LSTM and GRU, one cursor.",
        opens=INTENTS,
        needs=(*SENTENCE, "other_cells"),
        knobs=SideBySide,
    ),
    Page(
        "Why memory fades",
        "vanishing_gradients.py",
        "Vanishing gradients",
        ":material/trending_down:",
        "The true gradient at every step.",
    ),
    Page("Why memory fades", "gradient_map.py", "Gradient map", ":material/grid_4x4:", "Every loss, every state."),
    Page(
        "Why memory fades",
        "memory_decay.py",
        "Memory decay",
        ":material/hourglass_bottom:",
        "What is left of each word.",
    ),
    Page(
        "Two directions, many layers",
        "two_directions.py",
        "Two directions",
        ":material/swap_horiz:",
        "A word that a later one decides.",
        asks=("cell", "weights"),
        tasks=("slots", "echo_future"),
        opens={"model": "slots-lstm-two-1-seed0", "text": "Taipei is the city that I leave from"},
        needs=("real_vectors", "an_answer_at_every_step", "two_directions"),
    ),
    Page(
        "Two directions, many layers",
        "deep_network.py",
        "Deep network",
        ":material/stacks:",
        "What each layer adds.",
        asks=("cell", "layers", "directions", "weights"),
        tasks=("neighbour_xor", "slots"),
        opens={"model": "neighbour-xor-lstm-two-2-seed0", "text": "0 1 1 0 1 1 1 1 1 1 1 0 0 1 0 0"},
        needs=("real_vectors",),
        knobs=DeepNetwork,
    ),
    Page(
        BORN,
        "how_the_lstm_came_to_be.py",
        "How the LSTM came to be",
        ":material/history_edu:",
        "Six cells, and why each part.",
        asks=(),
        opens={"model": "lineage-continual-reber-rnn", "text": STREAM},
        needs=("a_station",),
        knobs=History,
        picker=(),
    ),
    Page(BORN, "echo_state_network.py", "Echo state network", ":material/graphic_eq:", "It is never trained.", asks=()),
    Page(
        BORN,
        "dynamics.py",
        "Dynamics",
        ":material/scatter_plot:",
        "Where a state can rest.",
        asks=(),
        opens={"model": "switches-rnn", "example": "1128"},
        needs=("vectors", "one_layer", "forward_only", "a_small_state"),
        picker=("network",),
    ),
)
