"""The builder's training loop, with the recorder in it."""

import random
from pathlib import Path
from typing import Callable, Dict, List, Tuple

from model import Model

from tranche_recorder import Recorder

STEPS = 200
BATCH = 16
EVERY = 5
"""Steps from one checkpoint to the next: 40 stretches of 80 draws."""

Batch = List[Tuple[str, int]]


def schedule(records: Dict[str, List[bytes]], seed: int) -> List[Batch]:
    """What each step reads: records of all sources, by a mixture."""
    rng = random.Random(seed)
    mixture = ["library"] * 5 + ["tests"] * 2 + ["notes"] * 3
    names = [[rng.choice(mixture) for _ in range(BATCH)] for _ in range(STEPS)]
    return [[(name, rng.randrange(len(records[name]))) for name in batch] for batch in names]


def honest(batch: Batch, _step: int) -> Batch:
    """Says what was read."""
    return batch


def train(folder: Path, run_file: Path, records: Dict[str, List[bytes]], plan: List[Batch], say: Callable[[Batch, int], Batch] = honest) -> Model:
    """Trains on ``plan`` and records what ``say`` makes of each batch; an honest builder's ``say`` changes nothing."""
    model = Model()
    (folder / "weights").mkdir(parents=True)
    with Recorder(folder / "recording", tranches=run_file) as recorder:
        for step in range(len(plan) + 1):
            if step % EVERY == 0 or step == len(plan):
                path = folder / "weights" / f"{step}.bin"
                model.save(path)
                recorder.checkpoint(step, path)
            if step < len(plan):
                model.train([records[name][index] for name, index in plan[step]])
                said = say(plan[step], step)
                recorder.record(step, [name for name, _ in said], [index for _, index in said])
    return model
