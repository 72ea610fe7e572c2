"""From a dataset's index to the record that it stands for."""

from bisect import bisect_right
from typing import Any, Callable, Iterable, Iterator, List, Optional, Sequence, Tuple, Union

import numpy as np

from .errors import SourceError

Key = Tuple[Union[str, int], int]
"""A source, by name or id, and the number of a record in it."""

Sources = Union[str, Sequence[str], Callable[[Any], Key]]
"""The source of a dataset, those of a ``ConcatDataset``'s parts in order, or a function from an index to a :data:`Key`."""

Packed = Tuple[List[Union[str, int]], np.ndarray, np.ndarray]
"""Keys in order: the different sources, then for each key the place among them and the record."""


def pack(keys: Iterable[Key]) -> Packed:
    """Packs keys: small to send from a worker process."""
    rows = list(keys)
    sources = [source for source, _ in rows]
    records = np.array([record for _, record in rows], dtype=np.int64)
    if sources.count(sources[0]) == len(sources) if sources else True:
        return sources[:1], np.zeros(len(rows), np.uint16), records
    places = {source: place for place, source in enumerate(dict.fromkeys(sources))}
    return list(places), np.fromiter(map(places.__getitem__, sources), np.uint16, len(sources)), records


class KeyMap:
    """Maps indices of a map-style dataset to keys, through ``Subset`` and ``ConcatDataset`` or alike."""

    def __init__(self, dataset: Any, sources: Sources) -> None:
        self._dataset = dataset
        if callable(sources):
            self._names: Optional[List[str]] = None
            self._call: Callable[[Any], Key] = sources
            return
        leaves = _leaves(dataset)
        names = [sources] * len(leaves) if isinstance(sources, str) else list(sources)
        if isinstance(sources, str) and len(leaves) > 1:
            raise SourceError(f"the dataset is {len(leaves)} datasets, in this order: give a list of {len(leaves)} sources")
        if len(names) != len(leaves):
            raise SourceError(f"{len(names)} sources for {len(leaves)} datasets: give one for each, in the dataset's order")
        first = {id(leaf): name for leaf, name in reversed(list(zip(leaves, names)))}
        if any(first[id(leaf)] != name for leaf, name in zip(leaves, names)):
            raise SourceError("one dataset stands under two sources: give it one")
        self._names = names
        self._map = _map(dataset, iter(range(len(names))))

    def key(self, index: Any) -> Key:
        """The key of an index. Raises :class:`SourceError` for one that is no integer, unless a function maps it."""
        if self._names is None:
            return self._call(index)
        part, record = self._map.key(index if type(index) is int else _integer(index))
        return self._names[part], record

    def keys(self, indices: Sequence[Any]) -> Packed:
        """The keys of a batch's indices. Raises as :meth:`key`."""
        numbers = np.asarray(indices) if self._names is not None else None
        if self._names is None or numbers is None or numbers.ndim != 1 or numbers.dtype.kind not in "iu":
            return pack(self.key(index) for index in indices)
        places, records = self._map.keys(numbers.astype(np.int64))
        if isinstance(places, int):
            return [self._names[places]], np.zeros(len(records), np.uint16), records
        # Names in the order in which they appear, as pack() has them.
        parts, first = np.unique(places, return_index=True)
        names = [self._names[part] for part in parts[np.argsort(first)]]
        names = list(dict.fromkeys(names))
        lookup = np.array([names.index(name) if name in names else 0 for name in self._names], dtype=np.uint16)
        return [*names], lookup[places], records

    def __getstate__(self) -> Any:
        return self._dataset, self._names, self._call if self._names is None else None

    def __setstate__(self, state: Any) -> None:
        self._dataset, self._names, call = state
        if self._names is None:
            self._call = call
        else:
            self._map = _map(self._dataset, iter(range(len(self._names))))


class _Leaf:
    """A dataset of one source."""

    def __init__(self, part: int, dataset: Any) -> None:
        self._part, self._dataset = part, dataset

    def key(self, index: int) -> Tuple[int, int]:
        return self._part, index if index >= 0 else index + len(self._dataset)

    def keys(self, indices: np.ndarray) -> Tuple[Union[int, np.ndarray], np.ndarray]:
        if len(indices) and int(np.minimum.reduce(indices)) < 0:
            indices = np.where(indices < 0, indices + len(self._dataset), indices)
        return self._part, indices


class _Subset:
    """Some of a dataset."""

    def __init__(self, inner: Any, indices: Any) -> None:
        self._inner, self._indices = inner, indices
        self._array: Optional[np.ndarray] = None

    def key(self, index: int) -> Tuple[int, int]:
        found: Tuple[int, int] = self._inner.key(_integer(self._indices[index]))
        return found

    def keys(self, indices: np.ndarray) -> Tuple[Union[int, np.ndarray], np.ndarray]:
        if self._array is None:
            self._array = np.array([_integer(index) for index in self._indices], dtype=np.int64)
        found: Tuple[Union[int, np.ndarray], np.ndarray] = self._inner.keys(self._array[indices])
        return found


class _Concat:
    """Datasets one after another."""

    def __init__(self, parts: List[Any], ends: Sequence[int]) -> None:
        self._parts, self._ends = parts, list(ends)
        self._array = np.array(self._ends, dtype=np.int64)

    def key(self, index: int) -> Tuple[int, int]:
        index = index + self._ends[-1] if index < 0 else index
        part = bisect_right(self._ends, index)
        found: Tuple[int, int] = self._parts[part].key(index - self._ends[part - 1] if part else index)
        return found

    def keys(self, indices: np.ndarray) -> Tuple[Union[int, np.ndarray], np.ndarray]:
        indices = np.where(indices < 0, indices + self._ends[-1], indices)
        parts = np.searchsorted(self._array, indices, side="right")
        indices = indices - np.where(parts > 0, self._array[parts - 1], 0)
        places, records = np.empty(len(indices), np.uint16), np.empty(len(indices), np.int64)
        for part in np.unique(parts).tolist():
            those = parts == part
            places[those], records[those] = self._parts[part].keys(indices[those])
        return places, records


def _map(dataset: Any, parts: Iterator[int]) -> Any:
    """The map of a dataset whose leaves are numbered in order."""
    if _is_concat(dataset):
        return _Concat([_map(part, parts) for part in dataset.datasets], dataset.cumulative_sizes)
    if _is_subset(dataset):
        return _Subset(_map(dataset.dataset, parts), dataset.indices)
    return _Leaf(next(parts), dataset)


def _integer(index: Any) -> int:
    try:
        return int(index.__index__())
    except (AttributeError, TypeError):
        raise SourceError(
            f"the dataset's index {index!r} is no integer: give sources a function from an index to (source, record)"
        ) from None


def _is_concat(dataset: Any) -> bool:
    return hasattr(dataset, "cumulative_sizes") and hasattr(dataset, "datasets")


def _is_subset(dataset: Any) -> bool:
    return hasattr(dataset, "indices") and hasattr(dataset, "dataset")


def _leaves(dataset: Any) -> List[Any]:
    if _is_concat(dataset):
        return [leaf for part in dataset.datasets for leaf in _leaves(part)]
    if _is_subset(dataset):
        return _leaves(dataset.dataset)
    return [dataset]
