"""The walk of an audit with the program ``tranche``: commit, train, commit to the run, challenge, open, replay, check."""

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple

import data
from model import Model
from replay import replay
from train import Batch, schedule, train


class Said(NamedTuple):
    """What the program answered."""

    code: int
    answer: Dict[str, Any]


class Walk:
    """A folder in which builder and auditor work. Keys, tranches and registry are made at once."""

    def __init__(self, folder: Path, program: str) -> None:
        self.folder, self.program = folder, str(Path(program).resolve())
        data.write(folder)
        self.records = data.read(folder, list(data.SOURCES))
        for name, rate in (("library", 9), ("tests", 1), ("auditor", 0)):
            self.secret(f"{name}.key", "0x" + hashlib.sha256(name.encode()).hexdigest())
            if rate:
                self.tranche(f"commit {name}.txt --units byte --out {name} --owner-key {name}.key --rate {rate} --terms free")
        self.tranche("register --registry registry.json library tests")
        self.auditor = self.tranche("account show auditor.key").answer["address"]
        ids = {name: json.loads((folder / name / "manifest.json").read_text())["id"] for name in ("library", "tests")}
        sources = [{"name": name, "tranche": ids.get(name, "unregistered"), "records": len(self.records[name])} for name in data.SOURCES]
        (folder / "run.json").write_text(json.dumps({"version": 1, "sources": sources}))

    def tranche(self, line: str, expected: int = 0) -> Said:
        """Runs the program in the folder; the words of ``line`` hold no spaces."""
        done = subprocess.run([self.program, "--json", *line.split()], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode != expected:
            raise AssertionError(f"{line}: {done.returncode}: {done.stdout}{done.stderr}")
        return Said(done.returncode, json.loads(done.stdout or done.stderr))

    def secret(self, name: str, text: str) -> None:
        """Writes a key or a seed that is the same in each walk, and so none to use elsewhere: ``account new`` and ``run new-seed`` make real ones."""
        path = self.folder / name
        path.touch(mode=0o600)
        path.write_text(text + "\n")

    def build(self, name: str, say: Callable[[Batch, int], Batch]) -> Model:
        """Trains, imports the recording and commits to the run, as the builder ``name``."""
        folder = self.folder / name
        folder.mkdir()
        plan = schedule(self.records, seed=1)
        model = train(folder, self.folder / "run.json", self.records, plan, say)
        self.secret(f"{name}/run.seed", "tranche run seed v1 " + hashlib.sha256(name.encode()).hexdigest())
        self.tranche(f"commit notes.txt --units byte --out {name}/notes --private --seed {name}/run.seed")
        self.tranche(
            f"log import {name}/recording --format recorder --map library=library --map tests=tests --map notes={name}/notes"
            f" --trace-out {name}/trace.json --out {name}/run.tlog"
        )
        terms = self.tranche("run terms --example").answer
        trace = json.loads((folder / "trace.json").read_text())
        terms.update(unit="byte", registry_cutoff=2, min_evidence=3, evidence_key=self.auditor, model_digest=trace[-1]["digest"])
        (folder / "terms.json").write_text(json.dumps(terms))
        self.tranche(
            f"run commit --log {name}/run.tlog --registry registry.json --terms {name}/terms.json --trace {name}/trace.json"
            f" --seed {name}/run.seed --out {name}/run"
        )
        return model

    def challenge(self, name: str, number: int, picks: int) -> List[int]:
        """Makes challenge ``number`` of a run, from a made-up beacon; the picked draws."""
        beacon = hashlib.sha256(b"round %d" % number).hexdigest()
        draws = json.loads((self.folder / name / "trace.json").read_text())[-1]["log_position"]
        line = f"audit challenge --run {name}/run --beacon {beacon} --source round-{number} --published before --picks {picks} --draws {draws}"
        return self.tranche(f"{line} --out {name}/challenge-{number}.json").answer["picked"]

    def audit(self, name: str, number: int) -> Said:
        """Opens, replays and checks a challenge; signs what comes of it."""
        here = f"{name}/audit-{number}"
        (self.folder / here).mkdir()
        self.tranche(f"audit open --run {name}/run --challenge {name}/challenge-{number}.json --out {here}/opening.json")
        opening = json.loads((self.folder / here / "opening.json").read_text())
        given = " ".join(f"--data {tranche['name']}={tranche['name']}.txt" for tranche in opening["tranches"])
        check = (
            f"audit check --run {name}/run/run.json --challenge {name}/challenge-{number}.json --opening {here}/opening.json"
            f" --registry registry.json {given}"
        )
        self.tranche(f"{check} --work {here}/work.json")
        replayed = replay(self.folder / here / "work.json", self.folder / name / "weights", self.folder, self.folder / here / "replay")
        signed = f"--sign-key auditor.key --evidence {here}/evidence.json --report {here}/report.json"
        line = f"{check} --replayed {replayed} {signed}"
        done = subprocess.run([self.program, "--json", *line.split()], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode not in (0, 1) or not done.stdout:
            raise AssertionError(f"{line}: {done.stdout}{done.stderr}")
        return Said(done.returncode, json.loads(done.stdout))
