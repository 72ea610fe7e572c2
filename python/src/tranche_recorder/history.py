"""What a rank's segments hold so far: read when a recording is opened again."""

from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Optional

from . import frames
from .errors import DamagedError
from .segment import Frame, Reader, head_of


@dataclass
class StepIndex:
    """The steps that stand, and how many draws come before each."""

    steps: "array[int]" = field(default_factory=lambda: array("Q"))
    ends: "array[int]" = field(default_factory=lambda: array("Q"))

    @property
    def last(self) -> Optional[int]:
        """The last step."""
        return self.last_but(0)

    def last_but(self, count: int) -> Optional[int]:
        """The last step but so many."""
        return self.steps[-1 - count] if len(self.steps) > count else None

    @property
    def draws(self) -> int:
        """All draws that stand."""
        return self.ends[-1] if self.ends else 0

    def push(self, step: int, draws: int) -> None:
        """Appends draws of a step, not before the last one."""
        end = self.draws + draws
        if self.steps and self.steps[-1] == step:
            self.ends[-1] = end
        else:
            self.steps.append(step)
            self.ends.append(end)

    def before(self, step: int) -> int:
        """The draws of the steps before ``step``."""
        at = bisect_left(self.steps, step)
        return self.ends[at - 1] if at else 0

    def cut(self, step: int) -> int:
        """Drops ``step`` and all after it; returns the draws dropped."""
        at = bisect_left(self.steps, step)
        dropped = self.draws - (self.ends[at - 1] if at else 0)
        del self.steps[at:], self.ends[at:]
        return dropped


@dataclass(frozen=True)
class Attempt:
    """A start of the training loop: everything recorded earlier at its first step or after does not stand."""

    number: int
    step: int
    segment: int
    superseded: int
    """Draws that stood until then."""


@dataclass
class RankHistory:
    """One rank's segments, read to the end."""

    rank: int
    segments: List[Path]
    heads: List[Dict[str, Any]] = field(default_factory=list)
    sources: List[Dict[str, Any]] = field(default_factory=list)
    attempts: List[Attempt] = field(default_factory=list)
    checkpoints: List[Dict[str, Any]] = field(default_factory=list)
    index: StepIndex = field(default_factory=StepIndex)
    chains: List[bytes] = field(default_factory=list)
    torn: int = 0
    """Bytes after the last whole frame of the last segment."""
    closed: bool = False
    """Whether the last segment was ended cleanly."""

    @classmethod
    def read(cls, rank: int, segments: List[Path]) -> "RankHistory":
        """Reads and checks every frame. Raises :class:`DamagedError`."""
        history = cls(rank, segments)
        for number, path in enumerate(segments):
            reader = Reader(path)
            history.closed = False
            rest = iter(reader)
            first = next(rest, None)
            last = number + 1 == len(segments)
            if first is None and last:
                # Killed while the head was written: nothing of it stands.
                history.torn = reader.size
                reader.check_tail()
                break
            history._head(path, number, first)
            for frame in rest:
                try:
                    history._take(frame, number)
                except (ValueError, KeyError, IndexError, TypeError) as error:
                    raise DamagedError(f"{path}, byte {frame.offset}: {error}: restore the file") from error
            history.chains.append(reader.chain)
            if reader.torn:
                reader.check_tail()
                if not last or history.closed:
                    raise DamagedError(f"{path} has {reader.torn} bytes after its end: restore the file")
                history.torn = reader.torn
        return history

    def _head(self, path: Path, number: int, first: Optional[Frame]) -> None:
        head = head_of(path, first, self.rank, number)
        previous = self.chains[-1].hex() if self.chains else "00" * 32
        if head["previous"] != previous:
            raise DamagedError(f"{path} does not follow from the segment before it: restore both files")
        if self.heads and head["order"] != self.heads[0]["order"]:
            raise DamagedError(f"{path} is of another order than the segments before it: give files of one recording")
        self.heads.append(head)
        self.sources = list(head["sources"])

    def _take(self, frame: Frame, segment: int) -> None:
        payload = frame.payload
        if self.closed:
            raise ValueError("a frame after the segment's end")
        if frame.kind == frames.STEP:
            step, sources, _ = frames.parse_step(payload)
            self._check_step(step, sources)
            self.index.push(step, len(sources))
        elif frame.kind == frames.ATTEMPT_START:
            _, step, number = frames.ATTEMPT.unpack(payload)
            self.attempts.append(Attempt(number, step, segment, self.index.cut(step)))
            self.checkpoints = [c for c in self.checkpoints if c["after"] is None or c["after"] < step]
        elif frame.kind == frames.CHECKPOINT:
            entry = frames.parse_json(payload)
            self.checkpoints = [c for c in self.checkpoints if c["step"] < entry["step"]]
            self.checkpoints.append(entry)
        elif frame.kind == frames.SOURCE:
            self.sources.append(frames.parse_json(payload))
        elif frame.kind == frames.CLOSE:
            self.closed = True
        else:
            raise ValueError(f"a frame of the unknown kind {frame.kind}")

    def _check_step(self, step: int, sources: Any) -> None:
        if not self.attempts:
            raise ValueError("draws before the start of an attempt")
        if step < self.attempts[-1].step or (self.index.last or 0) > step:
            raise ValueError(f"step {step} goes back")
        if len(sources) and int(sources.max()) >= len(self.sources):
            raise ValueError(f"source {int(sources.max())} is not declared")
