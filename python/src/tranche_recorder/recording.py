"""Reads a whole recording: all ranks, the draws that stand, in the order of the log."""

import heapq
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterator, List, Tuple

import numpy as np

from . import frames, segment
from .errors import DamagedError
from .history import RankHistory
from .segment import Reader


@dataclass(frozen=True)
class Draws:
    """What one rank drew at a step, or a part of it, in order."""

    step: int
    rank: int
    sources: List[str]
    """By the ids in ``ids``."""
    ids: np.ndarray
    records: np.ndarray


class Recording:
    """The segments of a folder. Raises :class:`DamagedError` for files that are broken."""

    def __init__(self, path: Path) -> None:
        found = segment.find(path)
        if not found:
            raise DamagedError(f"{path} holds no segments: give the folder that a recorder wrote to")
        self.path = path
        self.ranks = {rank: RankHistory.read(rank, paths) for rank, paths in found.items()}

    def draws(self) -> Iterator[Draws]:
        """The draws that stand: by step, then by rank, then in the order recorded."""
        streams = [self._rank(history) for history in self.ranks.values()]
        return heapq.merge(*streams, key=lambda draws: (draws.step, draws.rank))

    def mixture(self) -> Dict[str, int]:
        """Draws that stand, by source."""
        counts: Dict[str, int] = {}
        for draws in self.draws():
            for place, count in zip(*np.unique(draws.ids, return_counts=True)):
                name = draws.sources[place]
                counts[name] = counts.get(name, 0) + int(count)
        return counts

    @staticmethod
    def _rank(history: RankHistory) -> Iterator[Draws]:
        attempt = 0
        names: List[str] = []
        limits = _limits(history)
        for path, _ in zip(history.segments, history.heads):
            for frame in Reader(path):
                if frame.kind == frames.HEAD:
                    names = [source["name"] for source in frames.parse_json(frame.payload)["sources"]]
                elif frame.kind == frames.SOURCE:
                    names.append(frames.parse_json(frame.payload)["name"])
                elif frame.kind == frames.ATTEMPT_START:
                    attempt += 1
                elif frame.kind == frames.STEP:
                    step, ids, records = frames.parse_step(frame.payload)
                    if step < limits[attempt]:
                        yield Draws(step, history.rank, names, ids, records)


def _limits(history: RankHistory) -> List[int]:
    """By the number of attempts begun: the first step that a later attempt records again."""
    limits = [1 << 64]
    for attempt in reversed(history.attempts):
        limits.append(min(limits[-1], attempt.step))
    return limits[::-1]


def spans(history: RankHistory) -> List[Tuple[int, int]]:
    """First and last step of each run of steps without a gap that stands."""
    result: List[Tuple[int, int]] = []
    for step in history.index.steps:
        if result and step == result[-1][1] + 1:
            result[-1] = (result[-1][0], step)
        else:
            result.append((step, step))
    return result
