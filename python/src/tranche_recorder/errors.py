"""Errors: each message names what is wrong and what to do."""


class RecorderError(Exception):
    """What every error of this package is."""


class SourceError(RecorderError):
    """A source that the run file does not declare, or a record that it does not have."""


class StepError(RecorderError):
    """A step that does not follow from what was recorded."""


class LockedError(RecorderError):
    """Another process, or another recorder of this one, writes the same rank."""


class DamagedError(RecorderError):
    """A file that is broken elsewhere than at its torn end."""


class SealError(RecorderError):
    """The ``tranche`` program did not seal the recording."""
