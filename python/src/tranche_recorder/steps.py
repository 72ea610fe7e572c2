"""Where the steps of a training loop end, counted in batches."""

from dataclasses import dataclass
from typing import Any, Optional

from .errors import RecorderError


@dataclass(frozen=True)
class StepRule:
    """A step ends after ``batches`` of them, and at the last batch of an epoch of ``epoch``; ``None``: not by counting."""

    batches: Optional[int]
    epoch: Optional[int]

    def ends(self, in_step: int, in_epoch: int) -> bool:
        """Whether a step ends with the batch that is the ``in_step``th of its step and the ``in_epoch``th of its epoch."""
        return in_step == self.batches or in_epoch == self.epoch

    @classmethod
    def of(cls, loader: Any, optimizer: Any, accumulate: int, epoch_end: Optional[str]) -> "StepRule":
        """The rule of a loader's loop. Raises :class:`RecorderError` where a step's end would be a guess."""
        if accumulate < 1:
            raise RecorderError("accumulate is the batches of a step: give 1 or more")
        if epoch_end not in (None, "step", "continue"):
            raise RecorderError('epoch_end is "step" or "continue": say what the loop does with the last batches of an epoch')
        if optimizer is not None:
            if accumulate > 1 or epoch_end is not None:
                raise RecorderError("the optimizer says where steps end: leave accumulate and epoch_end out")
            return cls(None, None)
        if accumulate == 1 or epoch_end == "continue":
            return cls(accumulate, None)
        batches = _batches(loader)
        if batches is None:
            raise RecorderError(
                f"a step is {accumulate} batches, and the loader does not say how many an epoch has: give optimizer=, or "
                'epoch_end="continue" if steps go on across epochs'
            )
        if batches % accumulate and epoch_end is None:
            raise RecorderError(
                f"an epoch has {batches} batches, no multiple of the {accumulate} of a step: give optimizer=, so that steps end where "
                'its own do; or epoch_end="step" if the loop makes a short step at the last batch, "continue" if it counts on'
            )
        return cls(accumulate, batches)


def _batches(loader: Any) -> Optional[int]:
    """The batches of an epoch, where the loader is sure of them: a stream is not."""
    if not hasattr(loader.dataset, "__getitem__"):
        return None
    try:
        return len(loader)
    except TypeError:
        return None
