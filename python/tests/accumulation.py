"""Training loops with gradient accumulation, and an account of their own of what each step of the optimiser consumed."""

import json
from typing import Any, Callable, Dict, List, Optional

LOOPS = ("plain", "carried", "short", "counted")
"""
| loop | steps |
|---|---|
| plain | at each batch |
| carried | where (i + 1) % k == 0, i the batch of the epoch; gradients of the rest stay for the next epoch's first step |
| short | the same, and at the last batch of an epoch |
| counted | at each kth batch, counted across epochs |
"""


class Account:
    """What was received between the optimiser's steps."""

    def __init__(self) -> None:
        self.steps: List[List[Any]] = []
        self.pending: List[Any] = []
        self.received = 0

    def receive(self, samples: List[Any]) -> None:
        self.pending += samples
        self.received += 1

    def stepped(self) -> None:
        self.steps.append(self.pending)
        self.pending = []

    def log(self) -> List[Any]:
        """(step, sample) of all that was received."""
        return [(step, sample) for step, samples in enumerate([*self.steps, self.pending]) for sample in samples]


class Stopped(Exception):
    """The loop was killed."""


def train(
    loop: str,
    k: int,
    epochs: int,
    loader: Any,
    optimizer: Any,
    account: Account,
    samples: Callable[[Any], List[Any]],
    *,
    offset: int = 0,
    save: Optional[Callable[[], None]] = None,
    stop: Optional[int] = None,
) -> None:
    """Trains to the last epoch's end; ``offset`` is the batches of the first epoch that came before. ``save`` is called after every
    step and at every epoch's end; after ``stop`` batches the loop is killed."""
    count = 0
    while loader.epoch < epochs:
        for i, batch in enumerate(loader, offset):
            account.receive(samples(batch))
            count += 1
            place = count if loop == "counted" else i + 1
            if place % (1 if loop == "plain" else k) == 0 or (loop == "short" and i + 1 == len(loader)):
                optimizer.step()
                account.stepped()
                if save is not None:
                    save()
            if account.received == stop:
                raise Stopped
        offset = 0
        if save is not None:
            save()


class Checkpoints:
    """The last state that a loop saved, and the steps that its account had then."""

    def __init__(self, loader: Any, account: Account) -> None:
        self._loader, self._account = loader, account
        self.state: Dict[str, Any] = {}
        self.steps: List[List[Any]] = []

    def save(self) -> None:
        self.state = json.loads(json.dumps(self._loader.state_dict()))
        self.steps = list(self._account.steps)
