"""A recording as a table of step, tranche, record: CSV, or Parquet with pyarrow."""

import csv
from pathlib import Path
from typing import Iterator, List, Tuple

from .errors import RecorderError
from .recording import Recording

_ROWS = 1 << 16
_Columns = Tuple[List[int], List[str], List[int]]


def export(recording: Recording, out: Path) -> int:
    """Writes the draws that stand, in order, and returns their number. Raises :class:`RecorderError` for another extension."""
    if out.suffix == ".csv":
        return _csv(recording, out)
    if out.suffix == ".parquet":
        return _parquet(recording, out)
    raise RecorderError(f"{out}: give a file name that ends with .csv or .parquet")


def _batches(recording: Recording) -> Iterator[_Columns]:
    columns: _Columns = ([], [], [])
    for draws in recording.draws():
        columns[0].extend([draws.step] * len(draws.ids))
        columns[1].extend(draws.sources[place] for place in draws.ids)
        columns[2].extend(draws.records.tolist())
        if len(columns[0]) >= _ROWS:
            yield columns
            columns = ([], [], [])
    if columns[0]:
        yield columns


def _csv(recording: Recording, out: Path) -> int:
    rows = 0
    with open(out, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["step", "tranche", "record"])
        for columns in _batches(recording):
            writer.writerows(zip(*columns))
            rows += len(columns[0])
    return rows


def _parquet(recording: Recording, out: Path) -> int:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise RecorderError("Parquet needs pyarrow: pip install 'tranche-recorder[parquet]', or export to .csv") from error
    schema = pyarrow.schema([("step", pyarrow.uint64()), ("tranche", pyarrow.string()), ("record", pyarrow.uint64())])
    rows = 0
    with pyarrow.parquet.ParquetWriter(out, schema) as writer:
        for columns in _batches(recording):
            writer.write_table(pyarrow.table(list(columns), schema=schema))
            rows += len(columns[0])
    return rows
