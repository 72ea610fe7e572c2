"""The sources of a recording by their ids, and the check of draws against them."""

from pathlib import Path
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Tuple, Union

import numpy as np

from . import frames
from .errors import SourceError
from .sources import Source

Ids = Union[str, int, Iterable[Union[str, int]], np.ndarray]
"""The source of all draws, or one for each: names or ids."""

_NOTHING = np.zeros(0, np.int64), np.zeros(0, np.uint64)


class SourceTable:
    """What can be drawn from: a source's place is its id.

    ``declared`` are the sources of a run file, ``None`` where any name may be drawn from; ``recorded`` are those of the recording so
    far, which keep their ids. ``begin`` is told of a name that is drawn from first. Raises :class:`SourceError`.
    """

    def __init__(
        self, path: Path, declared: Optional[List[Source]], recorded: Iterable[Mapping[str, Any]], begin: Callable[[Source], None]
    ) -> None:
        self.sources: List[Source] = []
        self._ids: Dict[str, int] = {}
        self._open = declared is None
        self._begin = begin
        left = {source.name: source for source in declared or []}
        for entry in recorded:
            source = left.pop(entry["name"], Source(**entry))
            if source.tranche != entry["tranche"]:
                raise SourceError(
                    f'{path} recorded "{source.name}" as {entry["tranche"]}, the run file says {source.tranche}: '
                    "correct it, or choose another path"
                )
            self._add(source)
        for source in left.values():
            self._add(source)

    def _add(self, source: Source) -> int:
        place = len(self.sources)
        if place == frames.MAX_SOURCES:
            raise SourceError(f"more than {frames.MAX_SOURCES} sources: name tranches, not records")
        self._ids[source.name] = place
        self.sources.append(source)
        self._limits = np.array([_limit(one) for one in self.sources], dtype=np.uint64)
        self._firsts = np.array([one.first for one in self.sources], dtype=np.uint64)
        self._limited = any(one.records is not None for one in self.sources)
        self._shifted = any(one.first for one in self.sources)
        return place

    def id(self, name: str) -> int:
        """The id of a source. Raises :class:`SourceError` for one that is not declared."""
        known = self._ids.get(name)
        if known is not None:
            return known
        if not self._open:
            names = ", ".join(self._ids) or "none"
            raise SourceError(f'the source "{name}" is not declared: declare it in the run file, or use one of {names}')
        source = Source(name)
        place = self._add(source)
        self._begin(source)
        return place

    def place(self, source: Any) -> int:
        """The id that a name or an id stands for. Raises :class:`SourceError`."""
        if isinstance(source, str):
            return self.id(source)
        if not 0 <= source < len(self.sources):
            raise SourceError(f"there is no source {source}: there are {len(self.sources)}")
        return int(source)

    def checked(self, dataset_ids: Ids, indices: Any) -> Tuple[np.ndarray, np.ndarray]:
        """Ids and records of draws: one id if it is that of all. Raises :class:`SourceError` for a draw that cannot be."""
        records = np.asarray(indices)
        if records.ndim == 0:
            records = records.reshape(1)
        if records.size == 0:
            return _NOTHING
        if records.ndim != 1 or records.dtype.kind not in "iu":
            raise SourceError(f"indices are {records.dtype} of {records.ndim} dimensions: give a list of integers")
        # Read without a sign, a negative number is past every limit.
        numbers = records.astype(np.uint64)
        if isinstance(dataset_ids, (str, int, np.integer)):
            place = self.place(dataset_ids)
            if int(np.maximum.reduce(numbers)) >= self._limits[place]:
                self._refuse(records, np.full(records.shape, place))
            return np.array([place]), numbers + self._firsts[place] if self._shifted else numbers
        ids = self._each(dataset_ids)
        if ids.shape != records.shape:
            raise SourceError(f"{ids.size} sources for {records.size} indices: give one for each")
        low, high = int(np.minimum.reduce(ids)), int(np.maximum.reduce(ids))
        self.place(low)
        self.place(high)
        over = numbers >= self._limits[ids] if self._limited else numbers >= _limit(None)
        if np.logical_or.reduce(over):
            self._refuse(records, ids)
        if self._shifted:
            numbers = numbers + self._firsts[ids]
        return (ids[:1] if low == high else ids), numbers

    def _each(self, dataset_ids: Any) -> np.ndarray:
        if isinstance(dataset_ids, np.ndarray) and dataset_ids.dtype.kind in "iu":
            return dataset_ids
        named = list(dataset_ids)
        try:
            return np.fromiter(map(self._ids.__getitem__, named), np.int64, len(named))
        except (KeyError, TypeError):
            return np.array([self.place(one) for one in named], dtype=np.int64)

    def _refuse(self, records: np.ndarray, ids: np.ndarray) -> None:
        for record, place in zip(records, ids):
            source = self.sources[place]
            if record < 0 or int(record) >= _limit(source):
                count = "" if source.records is None else f", which has {source.records} records"
                raise SourceError(f'record {record} of "{source.name}"{count}: records are numbered from 0')


def _limit(source: Optional[Source]) -> int:
    """The least number that is no record's."""
    return (1 << 63) if source is None or source.records is None else source.records
