"""``python -m tranche_recorder``: show, export, repair and seal."""

import argparse
import json
import sys
from pathlib import Path
from typing import List, Optional

from . import show
from .errors import RecorderError
from .export import export
from .recording import Recording
from .repair import repair
from .seal import seal


def main(arguments: Optional[List[str]] = None) -> int:
    """Runs a command; returns the exit code: 0 done, 2 wrong usage or input, 3 cannot read or write."""
    parser = argparse.ArgumentParser(prog="tranche_recorder", description="Looks after recordings of training loops.")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("show", help="steps, draws, sources and ends of a recording")
    one.add_argument("path", type=Path)
    one.add_argument("--json", action="store_true", help="print one JSON document")
    one = commands.add_parser("export", help="the draws as .csv or .parquet")
    one.add_argument("path", type=Path)
    one.add_argument("out", type=Path)
    one = commands.add_parser("repair", help="cut damaged last segments, and keep what is cut")
    one.add_argument("path", type=Path)
    one = commands.add_parser("seal", help="check all segments, and sign them with the program `tranche`")
    one.add_argument("path", type=Path)
    one.add_argument("--key", type=Path, help="the loader's key file")
    options = parser.parse_args(arguments)
    try:
        if options.command == "show":
            content = show.summary(Recording(options.path))
            print(json.dumps(content, indent=2) if options.json else show.text(content), end="\n" if options.json else "")
        elif options.command == "export":
            print(f"{export(Recording(options.path), options.out)} draws in {options.out}")
        elif options.command == "repair":
            print("\n".join(repair(options.path)) or "nothing to repair")
        else:
            for segment in seal(options.path, options.key)["segments"]:
                print(f"{segment['file']}  {segment['chain']}  {segment.get('signer') or 'not signed'}")
    except RecorderError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
