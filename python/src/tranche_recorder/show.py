"""What a recording holds, for people and for machines."""

from typing import Any, Dict, List

from .recording import Recording, spans


def summary(recording: Recording) -> Dict[str, Any]:
    """The content of ``show --json``."""
    mixture = recording.mixture()
    drawn = sum(mixture.values())
    ranks = []
    for rank, history in recording.ranks.items():
        ranks.append(
            {
                "rank": rank,
                "world_size": history.heads[-1]["world_size"] if history.heads else None,
                "segments": len(history.segments),
                "bytes": sum(path.stat().st_size for path in history.segments),
                "steps": len(history.index.steps),
                "spans": spans(history),
                "last_step": history.index.last,
                "draws": history.index.draws,
                "attempts": [
                    {"number": a.number, "first_step": a.step, "superseded_draws": a.superseded} for a in history.attempts
                ],
                "closed": history.closed,
                "torn_bytes": history.torn,
                "chain": history.chains[-1].hex() if history.chains else None,
            }
        )
    first = next(iter(recording.ranks.values()))
    tranches = {source["name"]: source["tranche"] for h in recording.ranks.values() for source in h.sources}
    return {
        "path": str(recording.path),
        "order": first.heads[0]["order"] if first.heads else None,
        "draws": drawn,
        "ranks": ranks,
        "sources": [
            {"name": name, "tranche": tranche, "draws": mixture.get(name, 0), "share": mixture.get(name, 0) / drawn if drawn else 0.0}
            for name, tranche in tranches.items()
        ],
        "checkpoints": [c for history in recording.ranks.values() for c in history.checkpoints],
    }


def text(content: Dict[str, Any]) -> str:
    """A table of :func:`summary`."""
    lines = [f"recording  {content['path']}", f"order      {content['order']}", f"draws      {content['draws']}", ""]
    rows: List[List[str]] = [["rank", "of", "segments", "steps", "span", "draws", "attempts", "superseded", "end"]]
    for rank in content["ranks"]:
        span = ", ".join(f"{a}-{b}" for a, b in rank["spans"]) or "none"
        end = f"torn: {rank['torn_bytes']} bytes" if rank["torn_bytes"] else ("closed" if rank["closed"] else "open")
        superseded = sum(attempt["superseded_draws"] for attempt in rank["attempts"])
        values = [rank["rank"], rank["world_size"], rank["segments"], rank["steps"], span, rank["draws"]]
        rows.append([str(value) for value in [*values, len(rank["attempts"]), superseded, end]])
    lines += [*_table(rows), ""]
    rows = [["source", "draws", "share", "tranche"]]
    for source in content["sources"]:
        tranche = source["tranche"] or "by the import"
        rows.append([source["name"], str(source["draws"]), f"{100 * source['share']:.2f} %", tranche])
    lines += _table(rows)
    if content["checkpoints"]:
        rows = [["checkpoint", "after step", "bytes", "sha256", "file"]]
        for entry in content["checkpoints"]:
            rows.append([str(entry["step"]), str(entry["after"]), str(entry["bytes"]), entry["sha256"][:16] + "…", entry["path"]])
        lines += ["", *_table(rows)]
    return "\n".join(lines) + "\n"


def _table(rows: List[List[str]]) -> List[str]:
    shown = [[_printable(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in shown) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in shown]


def _printable(cell: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cell)
