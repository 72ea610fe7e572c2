#!/usr/bin/env node
// The WASM verifier over a conformance corpus (docs/conformance.md):
//   node run.mjs DIR [--results FILE] [--workers N]
// Exit code 0: every answer is the one expected; 1: not; 2: the corpus cannot be read.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { load } from '../../wasm/index.js';

const FORMAT = 1;

function read(folder) {
  const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'));
  if (index.format !== FORMAT) throw new Error(`format ${index.format}, expected ${FORMAT}`);
  const all = new Uint8Array(readFileSync(join(folder, 'corpus.bin')));
  const bytes = ({ offset, length }) => {
    if (offset + length > all.length) throw new Error('corpus.bin is shorter than the index says');
    return all.subarray(offset, offset + length);
  };
  const keys = new Map(index.keys.map(({ circuit, file }) => [circuit, new Uint8Array(readFileSync(join(folder, file)))]));
  return { index, bytes, keys };
}

function word(hex) {
  return Uint8Array.from(Buffer.from(hex.slice(2), 'hex'));
}

/** The cases whose position is `part` modulo `parts`. */
async function judge({ folder, part, parts }) {
  const { index, bytes, keys } = read(folder);
  const verifier = await load();
  const parsed = new Map([...keys].map(([circuit, key]) => [circuit, verifier.key(key)]));
  const own = (cases) => cases.filter((_, position) => position % parts === part);
  const results = { proofs: {}, files: {}, proof_milliseconds: 0, file_milliseconds: 0 };

  let start = performance.now();
  for (const { name, key, digest, inputs, proof } of own(index.proofs)) {
    results.proofs[name] = verifier.verifyRaw(parsed.get(key), word(digest), bytes(inputs), bytes(proof));
  }
  results.proof_milliseconds = performance.now() - start;

  start = performance.now();
  for (const { name, key, file, beside } of own(index.files)) {
    const options = beside === null ? {} : { usageProof: { key: parsed.get(beside.key), proof: bytes(beside.file) } };
    const { verdict, error } = verifier.verify(parsed.get(key), bytes(file), options);
    results.files[name] = { said: verdict, error: error ?? null };
  }
  results.file_milliseconds = performance.now() - start;
  return results;
}

function merge(parts) {
  const sum = (field) => parts.reduce((total, part) => total + part[field], 0);
  return {
    proofs: Object.assign({}, ...parts.map((part) => part.proofs)),
    files: Object.assign({}, ...parts.map((part) => part.files)),
    proof_milliseconds: sum('proof_milliseconds'),
    file_milliseconds: sum('file_milliseconds'),
  };
}

/** A line for every answer that is not the one expected. */
function faults({ index }, results) {
  const lines = [];
  for (const { name, verdict, class: reason } of index.proofs) {
    const code = results.proofs[name];
    const right = verdict === 'accepted' ? code === 'Accepted' : code !== 'Accepted' && (reason === null || code === reason);
    if (!right) lines.push(`${name}: ${code}, expected ${verdict}${reason === null ? '' : ` (${reason})`}`);
  }
  for (const { name, said } of index.files) {
    const got = results.files[name];
    if (got?.said !== said) lines.push(`${name}: ${got?.said} (${got?.error}), expected ${said}`);
  }
  return lines;
}

function inWorker(workerData) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { results: { type: 'string' }, workers: { type: 'string', default: '2' } },
  });
  const [folder] = positionals;
  const parts = Number(values.workers);
  if (folder === undefined || !Number.isInteger(parts) || parts < 1) {
    throw new Error('usage: run.mjs DIR [--results FILE] [--workers N]');
  }
  const corpus = read(folder);
  const jobs = Array.from({ length: parts }, (_, part) => inWorker({ folder, part, parts }));
  const results = merge(await Promise.all(jobs));
  if (values.results !== undefined) writeFileSync(values.results, JSON.stringify(results));
  const lines = faults(corpus, results);
  for (const line of lines) console.error(line);
  const { proofs, files } = corpus.index;
  const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;
  console.log(`${proofs.length} bare proofs in ${seconds(results.proof_milliseconds)}, `
    + `${files.length} proof files in ${seconds(results.file_milliseconds)} by the clock, workers added up: ${lines.length} wrong answers`);
  return lines.length === 0 ? 0 : 1;
}

if (isMainThread) {
  main().then(
    (code) => { process.exitCode = code; },
    (error) => {
      console.error(error.message);
      process.exitCode = 2;
    },
  );
} else {
  parentPort.postMessage(await judge(workerData));
}
