"""Datasets that yield each sample with its key."""

from typing import Any, Callable, Iterable, Iterator, List, NamedTuple, Optional

from .errors import SourceError
from .keys import Key, KeyMap, Packed, Sources, pack


class Tagged(NamedTuple):
    """A sample and what it is."""

    key: Key
    sample: Any


class TaggedBatch(NamedTuple):
    """The samples of a batch and what they are."""

    keys: Packed
    samples: List[Any]


class RecordingDataset:
    """A map-style dataset whose samples are :class:`Tagged`; of other attributes it has those of the dataset inside."""

    def __init__(self, dataset: Any, sources: Sources) -> None:
        self.dataset = dataset
        self._keys = KeyMap(dataset, sources)
        self._batched = hasattr(dataset, "__getitems__")

    def key(self, index: Any) -> Key:
        """The key of an index."""
        return self._keys.key(index)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, (list, tuple)):
            # A sampler of whole batches, where the loader collates nothing.
            return Tagged([self.key(one) for one in index], self.dataset[index])  # type: ignore[arg-type]
        return Tagged(self.key(index), self.dataset[index])

    def __getitems__(self, indices: List[Any]) -> TaggedBatch:
        samples = self.dataset.__getitems__(indices) if self._batched else [self.dataset[index] for index in indices]
        return TaggedBatch(self._keys.keys(indices), samples)

    def __len__(self) -> int:
        return len(self.dataset)

    def __getattr__(self, name: str) -> Any:
        if name in ("dataset", "_keys", "_batched") or name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.dataset, name)

    def __getstate__(self) -> Any:
        return self.dataset, self._keys

    def __setstate__(self, state: Any) -> None:
        self.dataset, self._keys = state
        self._batched = hasattr(self.dataset, "__getitems__")


class RecordingIterable:
    """A streaming dataset whose samples are :class:`Tagged`: it yields such already, or ``key`` finds a sample's key in it."""

    def __init__(self, dataset: Iterable[Any], key: Optional[Callable[[Any], Key]] = None) -> None:
        self.dataset = dataset
        self._key = key

    def __iter__(self) -> Iterator[Tagged]:
        for sample in self.dataset:
            if self._key is not None:
                yield Tagged(self._key(sample), sample)
            elif isinstance(sample, Tagged):
                yield sample
            else:
                raise SourceError("a streamed sample has no key: yield Tagged((source, record), sample), or give sources a function")

    def __getattr__(self, name: str) -> Any:
        if name in ("dataset", "_key") or name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.dataset, name)


class KeyedBatch(NamedTuple):
    """A collated batch and what its samples are."""

    keys: Packed
    batch: Any


class TaggedCollate:
    """Collates the samples as ``collate`` does, and returns their keys beside."""

    def __init__(self, collate: Optional[Callable[[Any], Any]], batched: bool = True) -> None:
        self._collate = collate
        self._batched = batched

    def __call__(self, tagged: Any) -> KeyedBatch:
        if isinstance(tagged, TaggedBatch):
            return KeyedBatch(tagged.keys, self._apply(tagged.samples))
        if self._batched:
            return KeyedBatch(pack(one.key for one in tagged), self._apply([one.sample for one in tagged]))
        keys = tagged.key if isinstance(tagged.key, list) else [tagged.key]
        return KeyedBatch(pack(keys), self._apply(tagged.sample))

    def _apply(self, samples: Any) -> Any:
        return samples if self._collate is None else self._collate(samples)
