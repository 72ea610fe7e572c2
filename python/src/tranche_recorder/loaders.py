"""A PyTorch ``DataLoader`` that records what it hands to the loop."""

import base64
import copy
import sys
from itertools import islice
from typing import Any, Dict, Iterable, Iterator, Mapping, Optional

import numpy as np

from .datasets import KeyedBatch, RecordingDataset, RecordingIterable, TaggedCollate
from .errors import RecorderError
from .keys import Sources, pack
from .place import Place, digest_of
from .recorder import Recorder
from .steps import StepRule

_GLOBAL = "torch"
"""Torch's own generator: the loop sets it as it likes, so it is set back after an epoch's order is made."""


def recording_loader(
    loader: Any,
    recorder: Recorder,
    sources: Optional[Sources] = None,
    *,
    optimizer: Any = None,
    accumulate: int = 1,
    epoch_end: Optional[str] = None,
) -> "RecordingLoader":
    """A loader of the same batches in the same order as ``loader``, each recorded when the loop receives it.

    ``sources`` is the source of a map-style dataset, a list for a ``ConcatDataset``, or a function: from an index of a map-style
    dataset, or from a sample of a streaming one, to (source, record). A streaming dataset that yields ``Tagged`` needs none.
    ``loader`` itself is not changed.

    Where a step ends: with ``optimizer`` where that makes a step, whatever batches and epochs lie between; else after ``accumulate``
    batches. If those do not divide an epoch, ``epoch_end`` says what the loop does with the rest: ``"step"`` makes a short step at the
    last batch, ``"continue"`` counts on into the next epoch. :meth:`RecordingLoader.end_step` ends a step at any time.
    """
    return RecordingLoader(loader, recorder, sources, optimizer, accumulate, epoch_end)


class RecordingLoader:
    """See :func:`recording_loader`. Of other attributes it has those of the loader."""

    def __init__(
        self,
        loader: Any,
        recorder: Recorder,
        sources: Optional[Sources],
        optimizer: Any,
        accumulate: int,
        epoch_end: Optional[str],
    ) -> None:
        if recorder.order != "consumed":
            raise RecorderError('a loop consumes: give a recorder of order "consumed", or record a plan with RecordingBatchSampler')
        self.loader = loader
        self._recorder = recorder
        self._steps = StepRule.of(loader, optimizer, accumulate, epoch_end)
        self._streams = not hasattr(loader.dataset, "__getitem__") or _is_streaming(loader)
        if self._streams:
            if sources is not None and not callable(sources):
                raise RecorderError("a streaming dataset has no index: give a function from a sample to (source, record)")
            dataset: Any = RecordingIterable(loader.dataset, sources)
        else:
            if sources is None:
                raise RecorderError("name the dataset's source: recording_loader(loader, recorder, sources=NAME)")
            dataset = RecordingDataset(loader.dataset, sources)
        self._dataset = dataset
        self.epoch = 0
        """Epochs that were iterated to their end."""
        self._at = Place(0, 0, 0, None)
        self._step: Optional[int] = None
        self._step_began = self._at
        self._in_step = 0
        self._resume: Optional[Place] = None
        # Copied past __setattr__, by which a DataLoader forbids what follows: same samplers, workers and generators.
        inner = copy.copy(loader)
        fields = inner.__dict__
        fields["dataset"] = dataset
        batched = self._batch_sampler() is not None or getattr(loader, "batch_size", None) is not None
        fields["collate_fn"] = TaggedCollate(getattr(loader, "collate_fn", None), batched)
        fields["_iterator"] = None
        self._inner = inner
        if optimizer is not None:
            recorder.follow(optimizer)

    def _batch_sampler(self) -> Any:
        return getattr(self.loader, "batch_sampler", None)

    def __len__(self) -> int:
        return len(self.loader)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in ("loader", "_inner"):
            raise AttributeError(name)
        return getattr(self.loader, name)

    def __iter__(self) -> Iterator[Any]:
        for item in self._epoch_of():
            if not isinstance(item, KeyedBatch):
                raise RecorderError(
                    f"{type(self.loader).__name__} makes its batches elsewhere: give recording_loader() the DataLoader inside it"
                )
            keys, batch = item
            if self._recorder.open_step is None or self._recorder.open_step != self._step:
                self._step_began, self._in_step = self._at, 0
            self._at = self._at.after(keys)
            self._in_step += 1
            self._recorder.continue_step(keys)
            self._step = self._recorder.open_step
            if self._steps.ends(self._in_step, self._at.batches):
                self._recorder.end_step()
            yield batch
        self.epoch += 1
        self._at = Place(self.epoch, 0, 0, None)

    def end_step(self) -> None:
        """Ends the step: the batches received since the last one are its own. Without any, an empty step is recorded."""
        self._recorder.end_step()

    def _epoch_of(self) -> Iterator[Any]:
        resume, self._resume = self._resume, None
        if resume is None or resume.generators is None:
            self._at = Place(self.epoch, 0, 0, self._states())
            yield from self._inner
            return
        self._at = resume
        torch = {name: state for name, state in self._states().items() if name == _GLOBAL}
        self._restore(resume.generators)
        if self._streams:
            batches = iter(self._inner)
            digest = 0
            for keys, _ in islice(batches, resume.batches):
                digest = digest_of(digest, keys)
            self._restore(torch)
            resume.compare(digest)
            yield from batches
            return
        skipping = _Skip(self._batch_sampler() or self.loader.sampler, resume.batches, self._dataset)
        inner = copy.copy(self._inner)
        inner.__dict__["batch_sampler" if self._batch_sampler() is not None else "sampler"] = skipping
        inner.__dict__["_iterator"] = None
        batches = iter(inner)
        item = next(batches, None)
        self._restore(torch)
        resume.compare(skipping.digest)
        while item is not None:
            yield item
            item = next(batches, None)

    def state_dict(self) -> Dict[str, Any]:
        """Where the loop stands, for a checkpoint: JSON values. The recorder's own state is in it.

        Within a step it is the state at the step's beginning, as the weights are: its batches are handed out again.
        """
        step = self._recorder.open_step
        place = self._at if step is None or step != self._step else self._step_began
        own = self._states() if place.generators is None else place.generators
        return {"version": 1, "recorder": self._recorder.state_dict(), "generators": own, **place.counts()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Resumes at a state: the next iteration gives the rest of the epoch, in the order that it had.

        That order comes from the generators as they were when the epoch began, which are set for it and set back; a sampler with an
        epoch of its own (``set_epoch``) is set by the loop, from :attr:`epoch`. Raises :class:`StepError` as
        :meth:`Recorder.load_state_dict`; an epoch in another order is refused at its first batch.
        """
        if state.get("version") != 1:
            raise RecorderError("not a recording loader's state: give what state_dict() returned")
        self._recorder.load_state_dict(state["recorder"])
        begun = state["generators"] if state["begun"] else None
        if begun is None:
            own = {name: value for name, value in state["generators"].items() if name != _GLOBAL}
            self._restore(own)
        self._at = self._resume = Place(state["epoch"], state["batches"], state["digest"], begun)
        self.epoch = self._at.epoch

    def _states(self) -> Dict[str, str]:
        return {name: _pack(one.get_state()) for name, one in self._all_generators()}

    def _restore(self, states: Mapping[str, str]) -> None:
        for name, one in self._all_generators():
            if name in states:
                one.set_state(_unpack(states[name]))

    def _all_generators(self) -> Any:
        found: Dict[str, Any] = {}
        batch = self._batch_sampler()
        sampler = getattr(batch, "sampler", None) or getattr(self.loader, "sampler", None)
        for name, holder in (("loader", self.loader), ("batch_sampler", batch), ("sampler", sampler)):
            generator = getattr(holder, "generator", None)
            if hasattr(generator, "get_state"):
                found[name] = generator
        torch = sys.modules.get("torch")
        if torch is not None:
            found[_GLOBAL] = torch.default_generator
        return found.items()


class _Skip:
    """A sampler without its first ``count`` items, whose keys it takes the digest of."""

    def __init__(self, sampler: Iterable[Any], count: int, dataset: RecordingDataset) -> None:
        self._sampler, self._count, self._dataset = sampler, count, dataset
        self.digest = 0

    def __iter__(self) -> Iterator[Any]:
        # A generator: a loader with workers asks for two and uses the second, and asking must draw no random number.
        items = iter(self._sampler)
        self.digest = 0
        for item in islice(items, self._count):
            batch = item if isinstance(item, (list, tuple)) else [item]
            self.digest = digest_of(self.digest, pack(self._dataset.key(index) for index in batch))
        yield from items

    def __len__(self) -> int:
        return max(len(self._sampler) - self._count, 0)  # type: ignore[arg-type]


def _is_streaming(loader: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(loader.dataset, torch.utils.data.IterableDataset)


def _pack(state: Any) -> str:
    return base64.b64encode(bytes(np.asarray(state, dtype=np.uint8))).decode()


def _unpack(text: str) -> Any:
    torch = sys.modules["torch"]
    return torch.tensor(list(base64.b64decode(text)), dtype=torch.uint8)
