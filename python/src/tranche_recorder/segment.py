"""Reads one segment file: its frames, its chain, and where it ends."""

import os
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Dict, Iterator, List, Optional, Tuple

from . import frames
from .errors import DamagedError

_NAME = re.compile(r"rank-(\d{5,})-(\d{6,})\.trec")
_BLOCK = 1 << 20


def name(rank: int, segment: int) -> str:
    """The file name of a rank's segment."""
    return f"rank-{rank:05d}-{segment:06d}.trec"


def find(folder: Path) -> Dict[int, List[Path]]:
    """The segments of every rank in a folder, each rank's in order. Raises :class:`DamagedError` if one is missing."""
    found: Dict[int, Dict[int, Path]] = {}
    for path in folder.iterdir():
        match = _NAME.fullmatch(path.name)
        if match:
            found.setdefault(int(match[1]), {})[int(match[2])] = path
    ranks: Dict[int, List[Path]] = {}
    for rank in sorted(found):
        segments = found[rank]
        for number in range(len(segments)):
            if number not in segments:
                missing = folder / name(rank, number)
                raise DamagedError(f"{missing} is missing: put the file back")
        ranks[rank] = [segments[number] for number in sorted(segments)]
    return ranks


@dataclass(frozen=True)
class Frame:
    """One whole frame."""

    offset: int
    end: int
    payload: bytes
    chain: bytes

    @property
    def kind(self) -> int:
        """The payload's kind."""
        return self.payload[0]


class Reader:
    """Iterates the whole frames of a segment; afterwards ``end``, ``size``, ``chain`` and ``torn`` say how it ended."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = os.path.getsize(path)
        self.end = 0
        self.chain = frames.first_link()

    @property
    def torn(self) -> int:
        """Bytes after the last whole frame."""
        return self.size - self.end

    def __iter__(self) -> Iterator[Frame]:
        with open(self.path, "rb") as file:
            prefix = file.read(len(frames.PREFIX))
            if prefix != frames.PREFIX:
                if frames.PREFIX.startswith(prefix) or not any(prefix):
                    return
                raise DamagedError(f"{self.path} does not begin as a segment: give the folder of a recording")
            self.end = len(prefix)
            while True:
                framed = _read_frame(file)
                if framed is None:
                    break
                start, self.end = self.end, self.end + len(framed)
                self.chain = frames.link(self.chain, framed)
                yield Frame(start, self.end, framed[frames.FRAME_HEAD.size :], self.chain)

    def check_tail(self) -> None:
        """Raises :class:`DamagedError` if whole frames follow the first broken one: that is no torn end."""
        at = self._frame_after(self.end + 1)
        if at is not None:
            raise DamagedError(
                f"{self.path} is damaged at byte {self.end}, and a whole frame follows at byte {at}: restore the file, or cut it "
                f"there with `python -m tranche_recorder repair`, which keeps what it cuts"
            )

    def _frame_after(self, start: int) -> Optional[int]:
        with open(self.path, "rb") as file:
            while start < self.size:
                file.seek(start)
                block = file.read(_BLOCK + len(frames.MARKER) - 1)
                at = block.find(frames.MARKER)
                if at < 0 or at >= _BLOCK:
                    start += _BLOCK
                    continue
                start += at
                file.seek(start)
                if _read_frame(file) is not None:
                    return start
                start += 1
        return None


def _read_frame(file: BinaryIO) -> Optional[bytes]:
    """The bytes of the frame at the file's place; ``None`` if it is not whole."""
    head = file.read(frames.FRAME_HEAD.size)
    if len(head) < frames.FRAME_HEAD.size:
        return None
    marker, length, crc = frames.FRAME_HEAD.unpack(head)
    if marker != frames.MARKER or not 0 < length <= frames.MAX_PAYLOAD:
        return None
    payload = file.read(length)
    if len(payload) < length or zlib.crc32(payload, zlib.crc32(head[4:8])) != crc:
        return None
    return head + payload


def head_of(path: Path, first: Optional[Frame], rank: int, segment: int) -> Dict[str, Any]:
    """The head of a segment, checked against its file name. Raises :class:`DamagedError`."""
    if first is None or first.kind != frames.HEAD:
        raise DamagedError(f"{path} has no head: it is damaged, restore it")
    try:
        head = frames.parse_json(first.payload)
        got: Tuple[Any, Any] = (head["rank"], head["segment"])
        _ = head["world_size"], head["order"], head["previous"], head["sources"]
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedError(f"{path} has a malformed head ({error}): it is damaged, restore it") from error
    if got != (rank, segment):
        raise DamagedError(f"{path} says it is segment {got[1]} of rank {got[0]}: give it its name back")
    return head
