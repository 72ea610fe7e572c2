"""Cuts a damaged segment where it is broken, and keeps what is cut."""

import os
from pathlib import Path
from typing import List

from . import segment
from .lock import WriterLock
from .segment import Reader
from .writer import cut, sync_folder


def repair(path: Path) -> List[str]:
    """Cuts the last segment of each rank at its first broken frame; what is cut stands beside it in ``….cut``.

    Earlier segments are not touched: the chain would not hold without them. Returns a sentence for each file cut.
    """
    told = []
    for rank, paths in segment.find(path).items():
        lock = WriterLock(path / f"rank-{rank:05d}.lock")
        try:
            last = paths[-1]
            reader = Reader(last)
            for _ in reader:
                pass
            if reader.torn:
                kept = _keep(last, reader.end)
                cut(last, reader.end)
                told.append(f"{last}: cut {reader.torn} bytes at byte {reader.end}, kept in {kept.name}")
        finally:
            lock.release()
    return told


def _keep(path: Path, start: int) -> Path:
    number = 0
    while (kept := path.with_name(f"{path.name}.{number}.cut")).exists():
        number += 1
    with open(path, "rb") as source, open(kept, "xb") as target:
        source.seek(start)
        while block := source.read(1 << 20):
            target.write(block)
        target.flush()
        os.fsync(target.fileno())
    sync_folder(path.parent)
    return kept
