"""Seals: the ``tranche`` program signs a recording's segments. There is no cryptography of signatures in this package."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Dict, Optional

from .errors import SealError


def seal(path: Path, key: Optional[Path] = None, program: Optional[str] = None) -> Dict[str, Any]:
    """Runs ``tranche log seal``: checks every segment, and signs each with the key file where one is given.

    Returns the program's report. Raises :class:`SealError`.
    """
    found = program or shutil.which("tranche")
    if found is None:
        raise SealError("the program `tranche` is not on the PATH: install it, or give its path")
    command = [found, "--json", "log", "seal", str(path)]
    if key is not None:
        command += ["--key", str(key)]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, text=True)
    except OSError as error:
        raise SealError(f"cannot run {found}: {error}") from error
    if done.returncode != 0:
        raise SealError(_message(done.stderr))
    report: Dict[str, Any] = json.loads(done.stdout)
    return report


def _message(errors: str) -> str:
    try:
        return str(json.loads(errors)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return errors.strip()
