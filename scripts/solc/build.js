// Compiles the contracts of contracts/src and contracts/src/generated and writes contracts/artifacts/NAME.json: ABI, creation bytecode, sizes.
// `--check` writes nothing and fails if an artifact differs from what the sources give; names limit it to some contracts.
"use strict";

const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const root = path.resolve(__dirname, "../../contracts");
const sources = path.join(root, "src");
const artifacts = path.join(root, "artifacts");
const RUNTIME_LIMIT = 24576;

const solc = require(path.join(root, "node_modules/solc"));
const settings = JSON.parse(fs.readFileSync(path.join(__dirname, "settings.json"), "utf8"));

// What is deployed stands in these two folders, a contract a file; interfaces, libraries and bases stand in others.
function deployed() {
  return [sources, path.join(sources, "generated")].flatMap((folder) =>
    fs
      .readdirSync(folder)
      .filter((name) => name.endsWith(".sol"))
      .sort()
      .map((name) => path.join(folder, name)),
  );
}

function unit(file) {
  return path.relative(root, file).split(path.sep).join("/");
}

// Imports are paths under contracts/ or packages of node_modules.
function findImport(name) {
  for (const folder of [root, path.join(root, "node_modules")]) {
    const file = path.join(folder, name);
    if (fs.existsSync(file)) return { contents: fs.readFileSync(file, "utf8") };
  }
  return { error: `no file ${name}` };
}

function compile(file) {
  const name = unit(file);
  const input = {
    language: "Solidity",
    sources: { [name]: { content: fs.readFileSync(file, "utf8") } },
    settings: { ...settings, outputSelection: {
      [name]: { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } } },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: findImport }));
  // Warnings about packages are their authors' to heed.
  const problems = (output.errors || []).filter(
    (error) => error.severity === "error" || (error.severity === "warning" && error.sourceLocation?.file.startsWith("src/")),
  );
  for (const problem of problems) process.stderr.write(problem.formattedMessage);
  if (problems.some((problem) => problem.severity === "error")) process.exit(1);
  // A file may hold nothing but constants and functions.
  const contracts = Object.entries(output.contracts?.[name] ?? {});
  const coded = contracts.filter(([, made]) => made.evm.bytecode.object !== "");
  return coded.map(([contract, made]) => ({
    contract,
    source: name,
    sourceDigest: "0x" + crypto.createHash("sha3-256").update(fs.readFileSync(file)).digest("hex"),
    compiler: solc.version(),
    abi: made.abi,
    bytecode: "0x" + made.evm.bytecode.object,
    runtimeSize: made.evm.deployedBytecode.object.length / 2,
  }));
}

function main() {
  const arguments_ = process.argv.slice(2);
  const check = arguments_.includes("--check");
  const only = arguments_.filter((argument) => !argument.startsWith("--"));
  const wanted = new Set();
  let failed = false;
  fs.mkdirSync(artifacts, { recursive: true });
  for (const file of deployed()) {
    if (only.length > 0 && !only.includes(path.basename(file, ".sol"))) continue;
    for (const made of compile(file)) {
      const target = path.join(artifacts, `${made.contract}.json`);
      wanted.add(`${made.contract}.json`);
      const text = JSON.stringify(made, null, 1) + "\n";
      if (made.runtimeSize > RUNTIME_LIMIT) {
        process.stderr.write(`${made.contract}: ${made.runtimeSize} bytes of code, the limit is ${RUNTIME_LIMIT}\n`);
        failed = true;
      }
      process.stdout.write(`${made.contract} ${made.runtimeSize} bytes\n`);
      if (!check) fs.writeFileSync(target, text);
      else if (!fs.existsSync(target) || fs.readFileSync(target, "utf8") !== text) {
        process.stderr.write(`${made.contract}: the artifact is stale, run scripts/contracts.sh\n`);
        failed = true;
      }
    }
  }
  if (only.length === 0) {
    for (const left of fs.readdirSync(artifacts).filter((file) => file.endsWith(".json") && !wanted.has(file))) {
      process.stderr.write(`${left}: no source gives this artifact\n`);
      if (check) failed = true;
      else fs.unlinkSync(path.join(artifacts, left));
    }
  }
  process.exitCode = failed ? 1 : 0;
}

main();
