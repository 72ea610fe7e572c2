"""The recorder of one rank."""

import atexit
import os
import time
import weakref
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Tuple, Union

import numpy as np

from . import checkpoint as checkpoints
from . import frames, segment
from .errors import RecorderError, SourceError, StepError
from .history import RankHistory, StepIndex
from .keys import Packed
from .lock import WriterLock
from .sources import Source, Tranches, load
from .table import Ids, SourceTable
from .writer import SegmentWriter, cut

_open: "weakref.WeakSet[Recorder]" = weakref.WeakSet()


class Recorder:
    """Writes what one rank of a run draws, step by step, to segment files in a folder.

    ``path`` is the recording's folder, one for all ranks. ``tranches`` says what may be drawn from (:data:`sources.Tranches`). ``order`` is
    ``"consumed"``, or ``"planned"`` for draws that were only meant. A write to the file comes every ``flush_every`` steps: what
    is written survives the end of the process. ``durability`` ``"group"`` has it synced to the disk by a thread, and a loss of
    power may take the steps since the last sync, a second's at most and what one sync takes; ``"step"`` waits for the disk. A checkpoint, :meth:`state_dict` and
    :meth:`close` wait in any case. Not for use by two threads at once.
    """

    def __init__(
        self,
        path: Union[str, "os.PathLike[str]"],
        *,
        tranches: Tranches = None,
        rank: int = 0,
        world_size: int = 1,
        order: str = "consumed",
        flush_every: int = 1,
        durability: str = "group",
        segment_bytes: int = 1 << 30,
    ) -> None:
        if not 0 <= rank < world_size:
            raise RecorderError(f"rank {rank} of {world_size}: give a rank from 0 below world_size")
        if order not in ("consumed", "planned") or durability not in ("group", "step") or flush_every < 1:
            raise RecorderError('give order "consumed" or "planned", durability "group" or "step", and flush_every from 1')
        self.path = Path(path)
        self.rank, self.world_size, self.order = rank, world_size, order
        self._flush_every, self._background, self._limit = flush_every, durability == "group", segment_bytes
        self._declared = load(tranches)
        self._pid = os.getpid()
        self._writer: Optional[SegmentWriter] = None
        self._waiting = 0
        self._pieces: Optional[List[Tuple[np.ndarray, np.ndarray]]] = None
        self._open = False
        self._followed: List[Tuple[Any, Any]] = []
        self._closed = False
        self.path.mkdir(parents=True, exist_ok=True)
        self._lock = WriterLock(self.path / f"rank-{rank:05d}.lock")
        try:
            self._read()
        except BaseException:
            self._lock.release()
            raise
        _open.add(self)

    def _read(self) -> None:
        paths = segment.find(self.path).get(self.rank, [])
        history = RankHistory.read(self.rank, paths)
        self.cut_bytes = history.torn
        """Bytes of a torn end that opening cut off."""
        if len(history.heads) < len(paths):
            paths.pop().unlink()
        elif history.torn:
            cut(paths[-1], os.path.getsize(paths[-1]) - history.torn)
        if history.heads and history.heads[0]["order"] != self.order:
            raise RecorderError(f'{self.path} is of order "{history.heads[0]["order"]}": choose another path or that order')
        self._segments = len(paths)
        self._previous = history.chains[-1] if history.chains else bytes(32)
        self._index: StepIndex = history.index
        self._attempts = history.attempts[-1].number if history.attempts else 0
        self._started = False
        self._resumed: Optional[int] = None
        self._table = SourceTable(self.path, self._declared, history.sources, self._begin_source)

    def _begin_source(self, source: Source) -> None:
        if self._writer is not None:
            self._writer.append(frames.json_payload(frames.SOURCE, source.recorded()))

    @property
    def next_step(self) -> int:
        """The step that is recorded next, unless the last one is continued. Outside an open step: how many steps are recorded, if
        they are numbered from 0."""
        if self._resumed is not None:
            return self._resumed
        return 0 if self._index.last is None else self._index.last + 1

    @property
    def drawn(self) -> int:
        """The draws of this rank that stand."""
        return self._index.draws

    @property
    def sources(self) -> Tuple[Source, ...]:
        """What was drawn from or is declared; the place is the source's id."""
        return tuple(self._table.sources)

    def source_id(self, name: str) -> int:
        """The id of a source. Raises :class:`SourceError` for one that is not declared."""
        return self._table.id(name)

    def record(self, step: int, dataset_ids: Ids, indices: Any) -> None:
        """Records draws of a step, in order: ``indices`` of one source, or ``dataset_ids`` has a source for each.

        A source is a name or an id. Calls for the same step add to it; without indices an empty step is recorded.
        Raises :class:`StepError` unless the step is the last one or the one after it, :class:`SourceError`.
        """
        ids, records = self._table.checked(dataset_ids, indices)
        self._append(step, ids, records)

    def record_packed(self, step: int, keys: Packed) -> None:
        """As :meth:`record`, of keys that :func:`keys.pack` packed."""
        names, places, records = keys
        ids = [self._table.place(name) for name in names]
        self.record(step, ids[0] if len(ids) == 1 else np.array(ids, dtype=np.int64)[places], records)

    @property
    def open_step(self) -> Optional[int]:
        """The step that :meth:`continue_step` began and :meth:`end_step` has not ended."""
        return self._index.last if self._open else None

    def continue_step(self, keys: Packed) -> None:
        """Records keys as drawn at the step that is open, or at a new one, which stays open until :meth:`end_step`."""
        step = self.open_step
        self.record_packed(self.next_step if step is None else step, keys)
        self._open = True

    def end_step(self) -> None:
        """Ends the step that is open: what is drawn next is of the next one. If none is open, an empty step is recorded."""
        if not self._open:
            self.record(self.next_step, 0, [])
        self._open = False

    def follow(self, optimizer: Any) -> None:
        """Ends a step whenever the optimiser has made one, until the recorder is closed; said again, it changes nothing.

        ``optimizer`` is PyTorch's (2.0 or later): ``register_step_post_hook`` is all that is used of it. Raises :class:`RecorderError`
        for one without it.
        """
        self._usable()
        # Accelerate and others put something around an optimiser that steps at other times.
        while hasattr(getattr(optimizer, "optimizer", None), "register_step_post_hook"):
            optimizer = optimizer.optimizer
        if any(known is optimizer for known, _ in self._followed):
            return
        register = getattr(optimizer, "register_step_post_hook", None)
        if register is None:
            raise RecorderError(
                f"{type(optimizer).__name__} does not say when it has made a step: leave it out, and call end_step() after each of its steps"
            )
        self._followed.append((optimizer, register(lambda *_: self.end_step())))

    @contextmanager
    def step(self, step: int) -> Iterator[None]:
        """A step whose draws are given by :meth:`draws` and :meth:`observe` inside it; it is recorded at its end."""
        if self._pieces is not None:
            raise StepError("a step is open already: end it first")
        self._check_step(step)
        self._pieces = []
        try:
            yield
        finally:
            # What was handed out was drawn, whatever came of it.
            pieces, self._pieces = self._pieces, None
            if pieces:
                ids = np.concatenate([ids for ids, _ in pieces])
                if (ids == ids[:1]).all():
                    ids = ids[:1]
                self._append(step, ids, np.concatenate([records for _, records in pieces]))
            else:
                self.record(step, 0, [])

    def draws(self, tranche: Ids, indices: Any) -> None:
        """Adds draws to the open step."""
        if self._pieces is None:
            raise StepError("no step is open: use `with recorder.step(n):`, or record()")
        ids, records = self._table.checked(tranche, indices)
        self._pieces.append((np.broadcast_to(ids, records.shape), records))

    def observe(self, sample_ids: Iterable[Tuple[Union[str, int], int]]) -> None:
        """Adds draws to the open step: (source, index) keys, as a streaming loader yields them with its samples."""
        keys = list(sample_ids)
        self.draws([source for source, _ in keys], [index for _, index in keys])

    def observe_columns(
        self,
        batch: Mapping[str, Any],
        *,
        index: str,
        source: Optional[str] = None,
        tranche: Optional[str] = None,
    ) -> None:
        """Adds draws to the open step from columns of a batch: ``index`` names the column of record numbers, ``source`` that of
        names, or all are of ``tranche``."""
        if (source is None) == (tranche is None):
            raise SourceError("give the column of names as source, or the one tranche")
        names: Any = tranche if source is None else batch[source]
        self.draws(names, batch[index])

    def resume(self, step: int) -> None:
        """Starts an attempt: ``step`` is recorded next, and what was recorded of it and of later steps does not stand.

        Raises :class:`StepError` if that would leave steps out.
        """
        self._usable()
        last = self._index.last
        # Other ranks may have been left out of the attempt before this one.
        if self.rank == 0 and last is not None and step > last + 1:
            raise StepError(f"{self.path} ends with step {last}, resuming at {step} would lose steps: resume from an earlier checkpoint")
        if not 0 <= step < 1 << 63:
            raise StepError(f"step {step}: give a step from 0")
        self._start(step)
        self._resumed, self._open = step, False

    def state_dict(self) -> Dict[str, int]:
        """What a checkpoint keeps, to be given to :meth:`load_state_dict`; everything recorded is on the disk then.

        While :meth:`end_step` is awaited it is the state before that step: the weights do not have it yet.
        """
        if self._pieces is not None:
            raise StepError("a step is open: take the state between steps")
        self.sync()
        following = self.next_step if self.open_step is None else self.open_step
        return {
            "version": 1,
            "rank": self.rank,
            "world_size": self.world_size,
            "next_step": following,
            "draws": self._index.before(following),
        }

    def load_state_dict(self, state: Mapping[str, int]) -> None:
        """Resumes where a checkpoint's :meth:`state_dict` was taken; any rank's will do.

        Raises :class:`StepError` if this rank's own state counts other draws than the recording.
        """
        if state.get("version") != 1:
            raise RecorderError("not a recorder's state: give what state_dict() returned")
        step = state["next_step"]
        own = state["rank"] == self.rank and state["world_size"] == self.world_size
        before = self._index.before(step)
        if own and before != state["draws"]:
            raise StepError(
                f"{self.path} holds {before} draws before step {step}, the checkpoint counted {state['draws']}: "
                "give the recording that the checkpoint was made with"
            )
        self.resume(step)

    def checkpoint(self, step: int, path: Union[str, "os.PathLike[str]"]) -> Dict[str, Any]:
        """Records the digests of a checkpoint's file, after the last step that was ended; ``step`` counts the optimiser's steps.

        Returns what is recorded. Raises :class:`RecorderError` if it is not a readable file.
        """
        self._usable()
        entry = {"step": int(step), "after": self._index.last_but(1 if self._open else 0), **checkpoints.digest(Path(path))}
        self._started_writer().append(frames.json_payload(frames.CHECKPOINT, entry))
        self.sync()
        return entry

    def flush(self) -> None:
        """Writes what waits."""
        if self._writer is not None:
            self._writer.flush()
        self._waiting = 0

    def sync(self) -> None:
        """Writes what waits, and returns once everything is on the disk."""
        self._usable()
        if self._writer is not None:
            self._writer.sync()
        self._waiting = 0

    def close(self) -> None:
        """Ends the recording cleanly. A second call, and one in a forked process, does nothing."""
        if self._closed or self._pid != os.getpid():
            return
        self._closed = True
        _open.discard(self)
        for _, hook in self._followed:
            hook.remove()
        try:
            self._end_segment()
        finally:
            self._lock.release()

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _usable(self) -> None:
        if self._closed:
            raise RecorderError("the recorder is closed: open another")
        if self._pid != os.getpid():
            raise RecorderError("recorded in a worker process: record where the loop runs, with recording_loader()")

    def _check_step(self, step: int) -> None:
        self._usable()
        last = self._index.last
        if self._resumed is None and not self._started and last is not None:
            raise StepError(
                f"{self.path} holds steps up to {last}: call load_state_dict() or resume() first, or choose another path"
            )
        expected = self._resumed
        if expected is None and last is not None:
            if step in (last, last + 1):
                return
            expected = last + 1
        if expected is not None and step != expected:
            raise StepError(f"step {step}, expected {expected}: record every step in order, an empty one too; resume() goes back")
        if not 0 <= step < 1 << 63:
            raise StepError(f"step {step}: give a step from 0")

    def _append(self, step: int, ids: np.ndarray, records: np.ndarray) -> None:
        self._check_step(step)
        if not self._started:
            self._start(step)
        writer = self._started_writer()
        one = len(ids) <= 1
        source = int(ids[0]) if len(ids) else 0
        for at in range(0, max(len(records), 1), frames.MAX_DRAWS):
            part = records[at : at + frames.MAX_DRAWS]
            mixed = None if one else ids[at : at + frames.MAX_DRAWS]
            wide = part.size > 0 and int(np.maximum.reduce(part)) >= 1 << 32
            writer.append(frames.step_payload(step, source, mixed, part, wide))
        self._index.push(step, len(records))
        self._resumed = None
        self._waiting += 1
        if self._waiting >= self._flush_every:
            self.flush()
            if writer.size >= self._limit:
                self._end_segment()

    def _start(self, step: int) -> None:
        self._attempts += 1
        self._started = True
        self._started_writer().append(frames.attempt_payload(step, self._attempts))
        self._index.cut(step)
        self.flush()

    def _started_writer(self) -> SegmentWriter:
        if self._writer is None:
            self._writer = SegmentWriter(self.path / segment.name(self.rank, self._segments), self._background)
            head = {
                "rank": self.rank,
                "world_size": self.world_size,
                "segment": self._segments,
                "order": self.order,
                "previous": self._previous.hex(),
                "cut": self.cut_bytes,
                "started": int(time.time()),
                "sources": [source.recorded() for source in self._table.sources],
            }
            self._writer.append(frames.json_payload(frames.HEAD, head))
            self._segments += 1
            self.cut_bytes = 0
        return self._writer

    def _end_segment(self) -> None:
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.append(bytes([frames.CLOSE]))
            try:
                writer.close()
            finally:
                self._previous = writer.chain


@atexit.register
def _close_all() -> None:
    for recorder in list(_open):
        recorder.close()
