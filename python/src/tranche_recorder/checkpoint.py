"""Digests of checkpoint files."""

import hashlib
import os
import struct
from pathlib import Path
from typing import Any, Dict, Optional

from .errors import RecorderError

_BLOCK = 1 << 20
_MAX_HEADER = 100_000_000


def digest(path: Path) -> Dict[str, Any]:
    """What a recording keeps of a checkpoint's file.

    ``sha256`` is over all ``bytes`` of the file. For a safetensors file ``tensors`` has the ``sha256`` of its tensors' region too:
    the ``bytes`` from ``offset`` = 8 + the header's length to the end, which a changed metadata header does not touch.
    Raises :class:`RecorderError` if it is not a readable file.
    """
    try:
        size = os.path.getsize(path)
        with open(path, "rb") as file:
            offset = _tensors(file.read(9), size) if path.suffix == ".safetensors" else None
            file.seek(0)
            whole = hashlib.sha256()
            tensors = hashlib.sha256()
            if offset is not None:
                whole.update(file.read(offset))
            done = offset or 0
            while block := file.read(_BLOCK):
                whole.update(block)
                done += len(block)
                if offset is not None:
                    tensors.update(block)
    except OSError as error:
        raise RecorderError(f"cannot read the checkpoint {path}: {error}; give one file that is written completely") from error
    if done != size:
        raise RecorderError(f"the checkpoint {path} changed while it was read: call checkpoint() when it is written")
    result: Dict[str, Any] = {"path": os.path.abspath(path), "bytes": size, "sha256": whole.hexdigest(), "tensors": None}
    if offset is not None:
        result["tensors"] = {"offset": offset, "bytes": size - offset, "sha256": tensors.hexdigest()}
    return result


def _tensors(start: bytes, size: int) -> Optional[int]:
    if len(start) < 9 or start[8:] != b"{":
        return None
    (length,) = struct.unpack("<Q", start[:8])
    return 8 + length if length <= _MAX_HEADER and 8 + length <= size else None
