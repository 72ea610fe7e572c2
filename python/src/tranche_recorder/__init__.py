"""Records which records a training loop consumes, step by step, for usage proofs.

:class:`Recorder` writes one rank's draws; :func:`recording_loader` records what a ``DataLoader`` hands to the loop. Files are
read by ``tranche log import --format recorder`` and ``python -m tranche_recorder show``.
"""

from .datasets import RecordingDataset, RecordingIterable, Tagged, TaggedCollate
from .errors import DamagedError, LockedError, RecorderError, SealError, SourceError, StepError
from .loaders import RecordingLoader, recording_loader
from .recorder import Recorder
from .recording import Draws, Recording
from .samplers import RecordingBatchSampler, RecordingSampler
from .seal import seal
from .sources import UNREGISTERED, Source

__all__ = [
    "UNREGISTERED",
    "DamagedError",
    "Draws",
    "LockedError",
    "Recorder",
    "RecorderError",
    "Recording",
    "RecordingBatchSampler",
    "RecordingDataset",
    "RecordingIterable",
    "RecordingLoader",
    "RecordingSampler",
    "SealError",
    "Source",
    "SourceError",
    "StepError",
    "Tagged",
    "TaggedCollate",
    "recording_loader",
    "seal",
]
