"""From a dataset's index to the record that it stands for."""

from bisect import bisect_right
from typing import Any, Callable, Dict, Iterable, List, Sequence, Tuple, Union

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
    places: Dict[Union[str, int], int] = {}
    rows = [(places.setdefault(source, len(places)), record) for source, record in keys]
    columns = np.array(rows, dtype=np.int64).reshape(-1, 2)
    return list(places), columns[:, 0].astype(np.uint16), columns[:, 1].copy()


class KeyMap:
    """Maps indices of a map-style dataset to keys, through ``Subset`` and ``ConcatDataset`` or alike."""

    def __init__(self, dataset: Any, sources: Sources) -> None:
        self._call = sources if callable(sources) else None
        leaves = _leaves(dataset)
        self._dataset = dataset
        if self._call is not None:
            return
        names: List[str] = [sources] * len(leaves) if isinstance(sources, str) else list(sources)  # type: ignore[arg-type]
        if isinstance(sources, str) and len(leaves) > 1:
            raise SourceError(f"the dataset is {len(leaves)} datasets, in this order: give a list of {len(leaves)} sources")
        if len(names) != len(leaves):
            raise SourceError(f"{len(names)} sources for {len(leaves)} datasets: give one for each, in the dataset's order")
        self._names = {id(leaf): name for leaf, name in zip(leaves, names)}
        if any(self._names[id(leaf)] != name for leaf, name in zip(leaves, names)):
            raise SourceError("one dataset stands under two sources: give it one")

    def key(self, index: Any) -> Key:
        """The key of an index. Raises :class:`SourceError` for one that is no integer, unless a function maps it."""
        if self._call is not None:
            return self._call(index)
        dataset, place = self._dataset, _integer(index)
        while True:
            if _is_concat(dataset):
                ends = dataset.cumulative_sizes
                place = place + ends[-1] if place < 0 else place
                part = bisect_right(ends, place)
                place -= ends[part - 1] if part else 0
                dataset = dataset.datasets[part]
            elif _is_subset(dataset):
                place = _integer(dataset.indices[place])
                dataset = dataset.dataset
            else:
                break
        if place < 0:
            place += len(dataset)
        return self._names[id(dataset)], place

    def __getstate__(self) -> Any:
        state = dict(self.__dict__)
        if self._call is None:
            leaves = _leaves(self._dataset)
            state["_names"] = [self._names[id(leaf)] for leaf in leaves]
        return state

    def __setstate__(self, state: Any) -> None:
        self.__dict__.update(state)
        if self._call is None:
            leaves = _leaves(self._dataset)
            self._names = {id(leaf): name for leaf, name in zip(leaves, state["_names"])}


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
