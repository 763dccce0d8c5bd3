"""Networks in files: weights as safetensors, which cannot carry code, and a JSON card that says what they are."""

from __future__ import annotations

import hashlib
import json
from dataclasses import MISSING, asdict, dataclass, field, fields
from pathlib import Path

from safetensors.torch import load_file, save_file

from rnnviz.attentive_network import AttentiveNetwork
from rnnviz.encoder_decoder import EncoderDecoder
from rnnviz.network import Network
from rnnviz.shipped_files import shipped_path
from rnnviz.tasks import Task

MODELS = shipped_path("assets/models")
TRANSLATORS = shipped_path("assets/translators")  # encoder-decoders
ATTENTIVE = shipped_path("assets/attentive")  # networks whose readout attends to their states


@dataclass(frozen=True)
class Card:
    """What a shipped network is and how it came about.

    ``name``: that of its two files. ``network``: the arguments that rebuild its structure, and say how its weights
    started. ``options``: how the task was made, where it can be made in several ways. ``subsets``: how the network does
    on the task's own parts of what was held out: {name: {"count": answers asked for, "accuracy": share of right ones}}.

    Accuracies were measured once and are stored. ``held_out_is``: what the held-out part is ("development templates" or
    "new sequences", see ``training``). The ``test`` fields are about sequences by which nothing of the task or of the
    network was chosen, where there are such. Older cards lack these four fields and are read with their defaults.
    ``held_out_loss`` and ``baseline_loss``: the mean loss on what is held out, of the network and without one
    (``Task.baseline``), where that is what tells how well it does. ``text``: whose text it learnt and was measured on
    (``Characters.source``), where that is not the same everywhere.
    """

    name: str
    task: str
    options: dict[str, object]
    size: str
    network: dict[str, object]
    parameters: int
    seed: int
    updates: int
    batch: int
    learning_rate: float
    held_out_answers: int  # asked for: one per sequence, or per step for a readout at every step
    held_out_accuracy: float
    subsets: dict[str, dict[str, float]]
    vocabulary: str  # fingerprint of the token list that the embedding's rows belong to
    held_out_is: str = ""
    test_answers: int = 0
    test_accuracy: float | None = None
    test_subsets: dict[str, dict[str, float]] = field(default_factory=dict)
    held_out_loss: float | None = None
    baseline_loss: float | None = None
    text: str = ""

    @property
    def held_out_error(self) -> float:
        """The share of wrong answers on sequences that were never trained on."""
        return round(1 - self.held_out_accuracy, 4)


def fingerprint(task: Task) -> str:
    """A short hash of a task's vocabulary, in order: weights that were trained on another list do not fit."""
    return hashlib.sha256("\n".join(task.vocabulary.tokens).encode()).hexdigest()[:16]


def save(network: Network | EncoderDecoder | AttentiveNetwork, card: Card, folder: Path = MODELS) -> Path:
    """Write ``<name>.safetensors`` and ``<name>.json`` into ``folder``; returns the path of the weights."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{card.name}.safetensors"
    save_file({name: tensor.contiguous() for name, tensor in network.state_dict().items()}, path)
    path.with_suffix(".json").write_text(json.dumps(asdict(card), indent=2, ensure_ascii=False) + "\n", "utf-8")
    return path


def read_card(path: str | Path) -> Card:
    """The card beside a weights file. Raises FileNotFoundError or ValueError with what is missing."""
    path = Path(path).with_suffix(".json")
    if not path.is_file():
        raise FileNotFoundError(f"no card at {path.name}: a checkpoint is two files, .safetensors and .json")
    values = json.loads(path.read_text("utf-8"))
    required = {entry.name for entry in fields(Card) if entry.default is entry.default_factory is MISSING}
    optional = {entry.name for entry in fields(Card)} - required
    if not required <= set(values) <= required | optional:
        raise ValueError(
            f"{path.name} is not a card: it should have exactly {', '.join(sorted(required))}; "
            f"and it may have {', '.join(sorted(optional))}"
        )
    return Card(**values)


def shipped(task: str, folder: Path = MODELS) -> list[Card]:
    """The cards of all networks in ``folder`` that learnt ``task``, by name; their weights are at folder / name."""
    cards = [read_card(path) for path in sorted(folder.glob("*.json"))]
    return [card for card in cards if card.task == task]


def has_card(path: str | Path) -> bool:
    """Whether ``save`` wrote the file of weights at ``path``, which may be named without its ending."""
    if Path(path).suffix not in ("", ".safetensors") or not Path(path).with_suffix(".safetensors").is_file():
        return False
    try:
        read_card(path)
    except (OSError, ValueError, TypeError):
        return False
    return True


def load(path: str | Path) -> Network:
    """The network that ``save`` wrote, in eval mode: structure from the card, weights from the safetensors file."""
    path = Path(path).with_suffix(".safetensors")
    network = Network(**read_card(path).network)
    network.load_state_dict(load_file(path))
    return network.eval()


def load_encoder_decoder(path: str | Path) -> EncoderDecoder:
    """Likewise an encoder-decoder that ``save`` wrote."""
    path = Path(path).with_suffix(".safetensors")
    network = EncoderDecoder(**read_card(path).network)
    network.load_state_dict(load_file(path))
    return network.eval()


def load_attentive(path: str | Path) -> AttentiveNetwork:
    """Likewise an attentive network."""
    path = Path(path).with_suffix(".safetensors")
    network = AttentiveNetwork(**read_card(path).network)
    network.load_state_dict(load_file(path))
    return network.eval()
