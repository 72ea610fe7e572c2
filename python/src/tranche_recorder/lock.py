"""One writer a rank: a lock that dies with its process, however that ends."""

import os
from pathlib import Path
from typing import IO, Optional, Set

from .errors import LockedError

_held: Set[str] = set()


class WriterLock:
    """Holds a lock file of a rank. Worker processes that are forked from the holder do not hold it."""

    def __init__(self, path: Path) -> None:
        self._key = os.path.realpath(path)
        self._file: Optional[IO[bytes]] = None
        message = f"{path} is held by another recorder: end that one, or record under another rank or path"
        # The system's lock is one a process: a second recorder of this process is refused here.
        if self._key in _held:
            raise LockedError(message)
        file = open(path, "ab")
        try:
            _lock(file)
        except OSError as error:
            file.close()
            raise LockedError(message) from error
        self._file = file
        _held.add(self._key)

    def release(self) -> None:
        """Gives the lock back; a second call does nothing."""
        if self._file is not None:
            self._file.close()
            self._file = None
            _held.discard(self._key)


if os.name == "nt":

    def _lock(file: IO[bytes]) -> None:
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]

else:

    def _lock(file: IO[bytes]) -> None:
        import fcntl

        # A record lock: unlike flock it is not inherited over fork, so an orphaned worker holds nothing.
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
