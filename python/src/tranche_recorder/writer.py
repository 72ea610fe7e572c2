"""Appends frames to a segment file and makes them durable."""

import os
import threading
from pathlib import Path
from typing import List, Optional

from . import frames
from .errors import RecorderError

_sync = getattr(os, "fdatasync", os.fsync)
_REST = 1.0
"""The rest after a sync, in seconds."""


class SegmentWriter:
    """An open segment. ``flush`` hands frames to the system, which survives a kill; ``sync`` waits until they are on the disk."""

    def __init__(self, path: Path, background: bool) -> None:
        self.path = path
        self.size = 0
        self.chain = frames.first_link()
        self._buffer: List[bytes] = [frames.PREFIX]
        self._failure: Optional[BaseException] = None
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)
        self._fd = os.open(path, flags, 0o600)
        sync_folder(path.parent)
        self._syncer = _Syncer(self._fd) if background else None

    def append(self, payload: bytes) -> None:
        """Adds a frame to what the next flush writes."""
        framed = frames.frame(payload)
        self.chain = frames.link(self.chain, framed)
        self._buffer.append(framed)

    def flush(self) -> None:
        """Writes all frames added, in one call, and has them synced: in the background, or now.

        Raises :class:`RecorderError` if the system does not take them; nothing can be appended any more then.
        """
        self._check()
        if not self._buffer:
            return
        data = memoryview(b"".join(self._buffer))
        try:
            done = 0
            while done < len(data):
                done += os.write(self._fd, data[done:])
            if self._syncer is None:
                _sync(self._fd)
        except OSError as error:
            self._failure = error
            self._undo()
            self._check()
        self._buffer.clear()
        self.size += len(data)
        if self._syncer is not None:
            self._syncer.request()

    def sync(self) -> None:
        """Flushes, and returns once everything is on the disk."""
        self.flush()
        if self._syncer is not None:
            self._syncer.wait()
            self._check()

    def close(self) -> None:
        """Syncs and closes the file."""
        try:
            self.sync()
        finally:
            if self._syncer is not None:
                self._syncer.stop()
            os.close(self._fd)

    def _check(self) -> None:
        if self._failure is None and self._syncer is not None:
            self._failure = self._syncer.failure
        if self._failure is not None:
            raise RecorderError(
                f"cannot write {self.path}: {self._failure}; make room, then resume from the last checkpoint"
            ) from self._failure

    def _undo(self) -> None:
        try:
            os.ftruncate(self._fd, self.size)
        except OSError:
            # A torn end is cut when the recording is opened again.
            pass


class _Syncer:
    """Syncs a file in a thread: one call for all that was written since the one before.

    After a sync it rests for a second, unless somebody waits: so that a loop is not held up by a thread that wakes at every step.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._wanted = 0
        self._done = 0
        self._stopped = False
        self._changed = threading.Condition()
        self._written = threading.Event()
        self._hurry = threading.Event()
        self.failure: Optional[OSError] = None
        self._thread = threading.Thread(target=self._run, name="tranche-recorder-sync", daemon=True)
        self._thread.start()

    def request(self) -> None:
        """Asks for what is written so far to be synced."""
        self._wanted += 1
        if not self._written.is_set():
            self._written.set()

    def wait(self) -> None:
        """Returns once all requests are served."""
        wanted = self._wanted
        with self._changed:
            while self._done < wanted and self.failure is None:
                self._hurry.set()
                self._changed.wait()

    def stop(self) -> None:
        """Ends the thread."""
        self._stopped = True
        self._hurry.set()
        self._written.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            self._written.wait()
            self._written.clear()
            wanted = self._wanted
            if wanted > self._done and self.failure is None:
                failure = None
                try:
                    _sync(self._fd)
                except OSError as error:
                    failure = error
                with self._changed:
                    self._done, self.failure = wanted, failure
                    # A wait that began meanwhile wants a further sync, at once.
                    if self._wanted == wanted:
                        self._hurry.clear()
                    self._changed.notify_all()
            if self._stopped:
                return
            self._hurry.wait(_REST)


def sync_folder(folder: Path) -> None:
    """Makes a new file's name durable, where the system has that."""
    if os.name == "nt":
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def cut(path: Path, end: int) -> None:
    """Cuts a file to its first ``end`` bytes, durably."""
    with open(path, "r+b") as file:
        file.truncate(end)
        os.fsync(file.fileno())
