"""A PyTorch ``DataLoader`` that records what it hands to the loop."""

import base64
import copy
import sys
import zlib
from itertools import islice
from typing import Any, Dict, Iterable, Iterator, Mapping, Optional

import numpy as np

from .datasets import RecordingDataset, RecordingIterable, TaggedCollate
from .errors import RecorderError, StepError
from .keys import Packed, Sources, pack
from .recorder import Recorder

_GLOBAL = "torch"
"""Torch's own generator: the loop sets it as it likes, so it is set back after an epoch's order is made."""


def recording_loader(
    loader: Any, recorder: Recorder, sources: Optional[Sources] = None, *, accumulate: int = 1
) -> "RecordingLoader":
    """A loader of the same batches in the same order as ``loader``, each recorded when the loop receives it.

    ``sources`` is the source of a map-style dataset, a list for a ``ConcatDataset``, or a function: from an index of a map-style
    dataset, or from a sample of a streaming one, to (source, record). A streaming dataset that yields ``Tagged`` needs none. A step
    is ``accumulate`` batches. ``loader`` itself is not changed.
    """
    return RecordingLoader(loader, recorder, sources, accumulate)


class RecordingLoader:
    """See :func:`recording_loader`. Of other attributes it has those of the loader."""

    def __init__(self, loader: Any, recorder: Recorder, sources: Optional[Sources], accumulate: int) -> None:
        if recorder.order != "consumed":
            raise RecorderError('a loop consumes: give a recorder of order "consumed", or record a plan with RecordingBatchSampler')
        if accumulate < 1:
            raise RecorderError("accumulate is the batches of a step: give 1 or more")
        self.loader = loader
        self._recorder = recorder
        self._accumulate = accumulate
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
        self._batches = 0
        self._handed = 0
        self._digest = 0
        self._generators: Dict[str, str] = {}
        self._resume: Optional[Mapping[str, Any]] = None
        # Copied past __setattr__, by which a DataLoader forbids what follows: same samplers, workers and generators.
        inner = copy.copy(loader)
        fields = inner.__dict__
        fields["dataset"] = dataset
        batched = self._batch_sampler() is not None or getattr(loader, "batch_size", None) is not None
        fields["collate_fn"] = TaggedCollate(getattr(loader, "collate_fn", None), batched)
        fields["_iterator"] = None
        self._inner = inner

    def _batch_sampler(self) -> Any:
        return getattr(self.loader, "batch_sampler", None)

    def __len__(self) -> int:
        return len(self.loader)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in ("loader", "_inner"):
            raise AttributeError(name)
        return getattr(self.loader, name)

    def __iter__(self) -> Iterator[Any]:
        for keys, batch in self._epoch_of():
            self._batches += 1
            self._digest = _digest(self._digest, keys)
            self._recorder.record_packed(self._step(), keys)
            yield batch
        self.epoch += 1
        self._batches = self._digest = 0
        self._generators = {}

    def _step(self) -> int:
        """The step of the batch at hand: a new one after each ``accumulate`` batches."""
        following = self._recorder.next_step
        continued = self._handed % self._accumulate
        self._handed += 1
        return following - 1 if continued else following

    def _epoch_of(self) -> Iterator[Any]:
        resume, self._resume = self._resume, None
        skip = resume["batches"] if resume is not None else 0
        if resume is None or not skip:
            if resume is not None:
                self._restore(resume["generators"], own=False)
            self._batches = self._digest = 0
            self._generators = self._states()
            yield from self._inner
            return
        self._generators = dict(resume["generators"])
        torch = {name: state for name, state in self._states().items() if name == _GLOBAL}
        self._restore(self._generators)
        if self._streams:
            batches = iter(self._inner)
            digest = 0
            for keys, _ in islice(batches, skip):
                digest = _digest(digest, keys)
            self._restore(torch)
            self._same(digest, resume)
            yield from batches
            return
        skipping = _Skip(self._batch_sampler() or self.loader.sampler, skip, self._dataset)
        inner = copy.copy(self._inner)
        inner.__dict__["batch_sampler" if self._batch_sampler() is not None else "sampler"] = skipping
        inner.__dict__["_iterator"] = None
        batches = iter(inner)
        item = next(batches, None)
        self._restore(torch)
        self._same(skipping.digest, resume)
        while item is not None:
            yield item
            item = next(batches, None)

    def _same(self, digest: int, resume: Mapping[str, Any]) -> None:
        if digest != resume["digest"]:
            raise StepError(
                "the epoch's order is not the one that the checkpoint was in: set the sampler's seed and epoch as they were, then resume"
            )
        self._digest = digest

    def state_dict(self) -> Dict[str, Any]:
        """Where the loop stands, for a checkpoint: JSON values. The recorder's own state is in it.

        Raises :class:`StepError` within a step of several batches.
        """
        if self._handed % self._accumulate:
            raise StepError(f"a step is {self._accumulate} batches: take the state after the last of them")
        return {
            "version": 1,
            "recorder": self._recorder.state_dict(),
            "epoch": self.epoch,
            "batches": self._batches,
            "digest": self._digest,
            "generators": self._generators if self._batches else self._states(),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Resumes at a state: the next iteration gives the rest of the epoch, in the order that it had.

        That order comes from the generators as they were when the epoch began, which are set for it and set back; a sampler with an
        epoch of its own (``set_epoch``) is set by the loop, from :attr:`epoch`. Raises :class:`StepError` as
        :meth:`Recorder.load_state_dict`; an epoch in another order is refused at its first batch.
        """
        if state.get("version") != 1:
            raise RecorderError("not a recording loader's state: give what state_dict() returned")
        self._recorder.load_state_dict(state["recorder"])
        self.epoch = state["epoch"]
        self._batches = state["batches"]
        self._digest = state["digest"]
        self._handed = 0
        self._resume = state

    def _states(self) -> Dict[str, str]:
        return {name: _pack(one.get_state()) for name, one in self._all_generators()}

    def _restore(self, states: Mapping[str, str], own: bool = True) -> None:
        for name, one in self._all_generators():
            if name in states and (own or name != _GLOBAL):
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
            self.digest = _digest(self.digest, pack(self._dataset.key(index) for index in batch))
        yield from items

    def __len__(self) -> int:
        return max(len(self._sampler) - self._count, 0)  # type: ignore[arg-type]


def _is_streaming(loader: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(loader.dataset, torch.utils.data.IterableDataset)


def _digest(digest: int, keys: Packed) -> int:
    names, places, records = keys
    return zlib.crc32(records.tobytes(), zlib.crc32(places.tobytes(), zlib.crc32(repr(names).encode(), digest)))


def _pack(state: Any) -> str:
    return base64.b64encode(bytes(np.asarray(state, dtype=np.uint8))).decode()


def _unpack(text: str) -> Any:
    torch = sys.modules["torch"]
    return torch.tensor(list(base64.b64decode(text)), dtype=torch.uint8)
