"""Real text, cut into records: this package's own sources, its tests, and its notes."""

from pathlib import Path
from typing import Dict, List

PACKAGE = Path(__file__).resolve().parents[2]
SOURCES = {
    "library": "src/tranche_recorder/*.py",
    "tests": "tests/*.py",
    "notes": "examples/audited/*.py",
}
"""What the run draws from. The notes are in no registered tranche."""

_LENGTH = 160


def write(folder: Path) -> None:
    """Writes one file a source: records between blank lines, which records do not hold themselves."""
    for name, pattern in SOURCES.items():
        lines: List[str] = []
        for path in sorted(PACKAGE.glob(pattern)):
            lines += [line.strip() for line in path.read_text(encoding="utf-8").split("\n") if len(line.strip()) >= 24]
        (folder / f"{name}.txt").write_text("\n\n".join(line[:_LENGTH] for line in lines), encoding="utf-8")


def read(folder: Path, names: List[str]) -> Dict[str, List[bytes]]:
    """The records by source, numbered as they were committed."""
    return {name: (folder / f"{name}.txt").read_bytes().split(b"\n\n") for name in names}
