"""Samplers that record, for loops whose dataset cannot be wrapped."""

from collections import deque
from typing import Any, Deque, Iterable, Iterator, List, Optional, Sequence

from .errors import RecorderError, StepError
from .keys import KeyMap, Sources, pack
from .recorder import Recorder


class RecordingBatchSampler:
    """Passes on the batches of a batch sampler, and records one when :meth:`consumed` says that the loop received it.

    A loader fetches ahead of the loop, so batches wait here until then. That they are received in the sampler's order is what a
    ``DataLoader`` does unless ``in_order=False``. With a recorder of order ``"planned"`` a batch is recorded at once, a step each.
    """

    def __init__(self, batches: Iterable[Sequence[Any]], recorder: Recorder, dataset: Any, sources: Sources) -> None:
        self._batches = batches
        self._recorder = recorder
        self._keys = KeyMap(dataset, sources)
        self._waiting: Deque[List[Any]] = deque()

    def __iter__(self) -> Iterator[Sequence[Any]]:
        # What an epoch that was left early fetched ahead, nobody received.
        self._waiting.clear()
        for batch in self._batches:
            if self._recorder.order == "planned":
                self._record(self._recorder.next_step, list(batch))
            else:
                self._waiting.append(list(batch))
            yield batch

    def __len__(self) -> int:
        return len(self._batches)  # type: ignore[arg-type]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._batches, name)

    def consumed(self, step: Optional[int] = None) -> None:
        """Records the oldest batch that waits as drawn at ``step``, or at the step that the recorder's ``end_step`` has not ended.

        Raises :class:`StepError` if none waits.
        """
        if self._recorder.order == "planned":
            raise RecorderError("a planned recorder records what the sampler gives: leave consumed() out")
        if not self._waiting:
            raise StepError("no batch waits: call consumed() once for each batch that the loop receives")
        self._record(step, self._waiting.popleft())

    def _record(self, step: Optional[int], batch: List[Any]) -> None:
        keys = pack(self._keys.key(index) for index in batch)
        if step is None:
            self._recorder.continue_step(keys)
        else:
            self._recorder.record_packed(step, keys)


class RecordingSampler:
    """Passes on the indices of a sampler, and records them when :meth:`consumed` says how many the loop received."""

    def __init__(self, indices: Iterable[Any], recorder: Recorder, dataset: Any, sources: Sources) -> None:
        self._one = RecordingBatchSampler([], recorder, dataset, sources)
        self._indices = indices
        self._waiting: Deque[Any] = deque()
        if recorder.order == "planned":
            raise RecorderError("a sampler knows no steps: record a planned order with RecordingBatchSampler")

    def __iter__(self) -> Iterator[Any]:
        self._waiting.clear()
        for index in self._indices:
            self._waiting.append(index)
            yield index

    def __len__(self) -> int:
        return len(self._indices)  # type: ignore[arg-type]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._indices, name)

    def consumed(self, step: Optional[int], count: int) -> None:
        """Records the ``count`` oldest indices that wait as drawn at ``step``, or at the open one. Raises :class:`StepError` if fewer wait."""
        if count > len(self._waiting):
            raise StepError(f"{count} indices received, {len(self._waiting)} wait: give the size of the batch received")
        self._one._record(step, [self._waiting.popleft() for _ in range(count)])
