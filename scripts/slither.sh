#!/usr/bin/env bash
# Static analysis of the hand-written contracts. Every finding must have its row in docs/slither.md, or the script fails.
# Needs node, `npm ci` in contracts/, and python with slither-analyzer 0.11.6 (`SLITHER` names another executable).
set -euo pipefail
cd "$(dirname "$0")/../contracts"

slither=${SLITHER:-slither}
command -v "$slither" > /dev/null || { echo "slither is not installed: pip install slither-analyzer==0.11.6" >&2; exit 3; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The generated verifiers are one assembly block each, of which slither sees nothing.
node_modules/.bin/forge build --offline --force --build-info --skip '*/test/*' --skip '*/generated/*' \
  --out "$work/out" --cache-path "$work/cache" --build-info-path "$work/out/build-info" > "$work/log" || { cat "$work/log" >&2; exit 1; }
# Its exit code is the number of findings; what counts is the report.
PATH="$PWD/node_modules/.bin:$PATH" "$slither" . --foundry-ignore-compile --foundry-out-directory "$work/out" \
  --filter-paths 'node_modules|test/' --exclude-dependencies --json "$work/report.json" > "$work/text" 2>&1 || true

python3 - "$work/report.json" ../docs/slither.md <<'PYTHON'
import json, re, sys

report = json.load(open(sys.argv[1]))
if not report["success"]:
    sys.exit(f"slither failed: {report['error']}")
rows = re.findall(r"^\| `([a-z-]+)` \| (.+?) \|", open(sys.argv[2]).read(), re.M)
answered = {(detector, place) for detector, places in rows for place in re.findall(r"`([^`]+)`|(any)", places) for place in place if place}
found, missing = 0, []
for finding in report["results"].get("detectors", []):
    found += 1
    element = next((e for e in finding["elements"] if e["type"] == "function"), finding["elements"][0])
    parent = element.get("type_specific_fields", {}).get("parent", {}).get("name", "")
    place = f"{parent}.{element['name']}"
    if not {(finding["check"], place), (finding["check"], "any")} & answered:
        missing.append(f"{finding['check']}: {place}\n{finding['description']}")
print(f"{found} findings, {len(missing)} without an answer in docs/slither.md")
for text in missing:
    print(text)
sys.exit(1 if missing else 0)
PYTHON
