"""What a run draws from: the sources of a run file."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterable, List, Mapping, Optional, Union

from .errors import SourceError

UNREGISTERED = "unregistered"
"""The tranche of data that is in no registered tranche."""

_ID = re.compile(r"0x[0-9a-f]{64}")
_FIELDS = {"name", "tranche", "records", "first"}
_OF_IMPORT = {"folder", "paths", "dataset", "ranges"}
"""Fields that only an import reads."""


@dataclass(frozen=True)
class Source:
    """One source: a name, and which tranche it is.

    ``tranche`` is a tranche id (0x and 64 hexadecimal digits), ``"unregistered"``, or ``None`` where only the import says. ``records``
    is the number of records, checked at every draw where it is given. ``first`` is the place of the source's record 0
    in its tranche, for a source that is a part of one.
    """

    name: str
    tranche: Optional[str] = None
    records: Optional[int] = None
    first: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name:
            raise SourceError("a source has no name: give it one")
        if self.tranche not in (None, UNREGISTERED) and not (
            isinstance(self.tranche, str) and _ID.fullmatch(self.tranche)
        ):
            raise SourceError(
                f'source "{self.name}": {self.tranche!r} is no tranche id: copy "id" from its manifest.json, or write "unregistered"'
            )
        for field in ("records", "first"):
            value = getattr(self, field)
            if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 63):
                raise SourceError(f'source "{self.name}": "{field}" is {value!r}: give an integer from 0')

    def recorded(self) -> Dict[str, Any]:
        """What a recording keeps of it."""
        return {"name": self.name, "tranche": self.tranche}


Tranches = Union[None, str, Path, Mapping[str, Optional[str]], Iterable[Source]]
"""A run file, a mapping from names to tranche ids, sources, or nothing: any name is taken then."""


def load(tranches: Tranches) -> Optional[List[Source]]:
    """The declared sources in their order; ``None`` where none are declared. Raises :class:`SourceError`."""
    if tranches is None:
        return None
    if isinstance(tranches, (str, Path)):
        sources = _read(Path(tranches))
    elif isinstance(tranches, Mapping):
        sources = [Source(name, tranche) for name, tranche in tranches.items()]
    else:
        sources = list(tranches)
    names = [source.name for source in sources]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SourceError(f'the source "{twice[0]}" is listed twice: give each a name of its own')
    return sources


def _read(path: Path) -> List[Source]:
    try:
        text = path.read_text(encoding="utf-8")
        value = _toml(path, text) if path.suffix == ".toml" else json.loads(text)
    except (OSError, ValueError) as error:
        raise SourceError(f"{path} is not a readable run file ({error}): write it as docs/recording.md shows") from error
    if not isinstance(value, dict) or value.get("version") != 1 or not isinstance(value.get("sources"), list):
        raise SourceError(f'{path}: expected "version" 1 and a list "sources": write it as docs/recording.md shows')
    sources = []
    for place, entry in enumerate(value["sources"]):
        if not isinstance(entry, dict) or "name" not in entry or not set(entry) <= _FIELDS | _OF_IMPORT:
            known = ", ".join(sorted(_FIELDS | _OF_IMPORT))
            raise SourceError(f"{path}, source {place}: expected a name, and of other fields only {known}")
        sources.append(Source(**{field: value for field, value in entry.items() if field in _FIELDS}))
    return sources


def _toml(path: Path, text: str) -> Any:
    try:
        import tomllib
    except ImportError:
        raise SourceError(f"{path}: this Python reads no TOML: use 3.11 or later, or write the run file in JSON") from None
    return tomllib.loads(text)
