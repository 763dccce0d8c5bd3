"""Networks that label every step, and what they read, by the words of their structure."""

from rnnviz.subjects import Subject, Text, Untrained
from rnnviz.subjects.models import FAR
from rnnviz.subjects.restructuring import with_structure
from rnnviz.subjects.sizes import task as task_of
from rnnviz.tasks import EchoFuture

DIRECTIONS = ("one", "two")
LABELLING = ("slots", FAR, "neighbour_xor")


def labeller(
    cell: str = "LSTM",
    directions: str = "two",
    layers: int = 1,
    task: str = "slots",
    text: str = "",
    distance: int = EchoFuture.usual,
    weights: str = "trained",
    size: str = "small",
    seed: int = 0,
) -> Subject:
    """``text``: the task's first example, unless given. Only the echo has a distance."""
    structure = {"cell": cell, "directions": directions, "layers": layers, "task": task, "size": size, "seed": seed}
    structure |= {"distance": distance} if task == FAR else {}
    model = with_structure(Untrained(), trained=weights == "trained", **structure)
    return Subject(model, Text(text or task_of(task).examples[0]))
