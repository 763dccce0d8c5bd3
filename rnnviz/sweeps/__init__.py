"""Many runs of training at once: each is a job of its own, in a process of this machine or wherever an executor runs
it, and comes out the same."""

from rnnviz.sweeps.goal import Goal
from rnnviz.sweeps.job import Job, run, steps
from rnnviz.sweeps.outcome import Outcome
from rnnviz.sweeps.processes import Processes
from rnnviz.sweeps.sweeping import Sweep, as_subject, sweep
from rnnviz.sweeps.table import Group

__all__ = ["Goal", "Group", "Job", "Outcome", "Processes", "Sweep", "as_subject", "run", "steps", "sweep"]
