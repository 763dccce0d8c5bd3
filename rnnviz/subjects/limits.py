"""What a server may be asked for: the one place of every limit on a subject."""

from __future__ import annotations

from rnnviz.refusals import Refused
from rnnviz.tasks import tokenize

MAX_CHARACTERS = 2_000
MAX_TOKENS = 200
MAX_TEXT = 200_000  # characters of a text that a visitor brings to learn from
# Of many sentences that are read at once: lines and characters that are brought, tokens of one, steps of all together.
MAX_LINES, MAX_CORPUS, MAX_CORPUS_TOKENS, MOST_CORPUS_STEPS = 5_000, 1_000_000, 500, 200_000
MAX_SEED = 9_999
MAX_LAYERS = 4
MAX_CHANNELS = 64  # numbers per step that an untrained network reads
MOST_UNITS = 320  # per layer and direction: what the pages draw and differentiate in time
# Numbers of a state that is a matrix, and of all such states of all steps that are shown (2 MB): a page sends them
# before and after each step, and each summand of theirs.
MOST_IN_STATE, MOST_IN_STATES = 2**12, 2**19
# Numbers of a state up to which a step's Jacobian is taken apart: the time is their third power. An LSTM of MOST_UNITS.
MOST_DECOMPOSED = 640
MAX_LENGTH = 500  # steps that a page shows at once; of a longer sequence it shows a window
MOST_SEARCHED = 64  # numbers of a state among which fixed points are searched for
MOST_WORK, SLOW_STEP = 3 * 10**10, 10**6  # multiplications of a whole run; as many for a step without a fused kernel
MOST_TERMS = 2**21  # terms of gradients of weights, one per weight and step: what a page sends of them
MAX_LESSON = 64_000  # bytes of a lesson's file
MAX_LESSON_STEPS, MAX_LESSON_TEXT = 30, 600  # and characters of each of its texts
# Of what a visitor brings, in a file and in all: bytes, weights, steps, and how many networks and sequences are kept.
MAX_FILE_MB, MAX_WEIGHTS, MAX_STEPS = 32, 8_000_000, 100_000
MOST_KEPT, MOST_KEPT_BYTES = 1024, 128_000_000
MOST_OF_ALL_BYTES = 512_000_000  # of all visitors together, of networks, of sequences and of files each
# Of a run of training: networks side by side, updates, sequences of a batch, bytes of all its snapshots; and seconds
# after which it leaves its place if others wait.
MOST_TRAINED, MOST_UPDATES, MOST_BATCH, MOST_RUN_BYTES, MOST_RUN_SECONDS = 3, 5_000, 256, 64_000_000, 300
MAX_RADIUS, MAX_BIAS, MAX_SCALING, MAX_SPAN = 5.0, 6.0, 10.0, 1000.0
# Numbers of a key, or of a channel's state; and radians by which a unit may turn per step, all around.
MAX_KEYS, MAX_TURN = 64, 6.28


def refuse_seed(seed: object) -> None:
    if not (isinstance(seed, int) and not isinstance(seed, bool) and 0 <= seed <= MAX_SEED):
        raise Refused("The seed must be a whole number from 0 to {most}.", most=f"{MAX_SEED:,}")


def refuse_unreadable(text: object) -> None:
    """Raise Refused for a text without a token, or with more of it than a server should be asked to read: than any
    network here reads, for one that reads character by character reads more tokens than one that reads words."""
    if not isinstance(text, str):
        raise Refused("There is nothing to read yet. Type at least one word or character.")
    if len(text) > MAX_CHARACTERS:
        raise Refused(
            "This text has {count} characters, the limit is {most}. Shorten it.",
            count=f"{len(text):,}",
            most=f"{MAX_CHARACTERS:,}",
        )
    count = len(tokenize(text))
    if count == 0:
        raise Refused("There is nothing to read yet. Type at least one word or character.")
    if len(text) > MAX_LENGTH:
        refuse_tokens(count)


def refuse_tokens(count: int, most: int = MAX_TOKENS) -> None:
    """Raise Refused for a text of more tokens than ``most``."""
    if count > most:
        raise Refused(
            "This sentence has {count} tokens, the limit is {most}. Shorten it.",
            count=f"{count:,}",
            most=f"{most:,}",
        )
