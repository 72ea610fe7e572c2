"""Where a loop stands in its data."""

import zlib
from dataclasses import dataclass, replace
from typing import Any, Dict, Mapping, Optional

from .errors import StepError
from .keys import Packed


@dataclass(frozen=True)
class Place:
    """The batches of an epoch that the loop received, a digest of their keys, and the generators' states when the epoch began.

    Without states the epoch has not begun.
    """

    epoch: int
    batches: int
    digest: int
    generators: Optional[Mapping[str, str]]

    def after(self, keys: Packed) -> "Place":
        """The place after a batch more."""
        return replace(self, batches=self.batches + 1, digest=digest_of(self.digest, keys))

    def counts(self) -> Dict[str, Any]:
        """All but the generators, as JSON values."""
        return {"epoch": self.epoch, "batches": self.batches, "digest": self.digest, "begun": self.generators is not None}

    def compare(self, digest: int) -> None:
        """Raises :class:`StepError` unless these are the batches that came before the place."""
        if digest != self.digest:
            raise StepError(
                "the epoch's order is not the one that the checkpoint was in: set the sampler's seed and epoch as they were, then resume"
            )


def digest_of(digest: int, keys: Packed) -> int:
    """The digest after a batch of these keys."""
    names, places, records = keys
    return zlib.crc32(records.tobytes(), zlib.crc32(places.tobytes(), zlib.crc32(repr(names).encode(), digest)))
