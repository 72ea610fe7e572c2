// Proof files made by the `tranche` binary's demonstration, in a temporary folder, and the verifier under test.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from '../index.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const target = resolve(root, process.env.CARGO_TARGET_DIR ?? 'target');
const binary = process.env.TRANCHE_BIN ?? join(target, 'release', 'tranche');

/** The sentence that opens every verdict under the development string. */
export const INSECURE = 'INSECURE';

/** Runs the demonstration once; TRANCHE_DEMO names the folder of an earlier one. */
export function demonstration(t) {
  const earlier = process.env.TRANCHE_DEMO;
  if (earlier !== undefined) return resolve(root, earlier);
  const folder = mkdtempSync(join(tmpdir(), 'tranche-wasm-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const demo = join(folder, 'demo');
  execFileSync(binary, ['--json', 'demo', '--dir', demo], {
    env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return demo;
}

/** A verifier and ways to the demonstration's files and the shipped keys. */
export async function bench(t) {
  const folder = demonstration(t);
  const verifier = await load();
  const file = (name) => new Uint8Array(readFileSync(join(folder, name)));
  const keyFile = (circuit) => new Uint8Array(readFileSync(join(root, 'params', `${circuit}.vk`)));
  const keyOf = (proof) => keyFile(verifier.inspect(proof).circuit);
  return { folder, verifier, file, keyFile, keyOf };
}

/** What `tranche verify` says, in JSON or in words; it exits 1 for less than valid. */
export function commandLine(folder, args, json = true) {
  const given = [...(json ? ['--json'] : []), 'verify', ...args];
  let text;
  try {
    text = execFileSync(binary, given, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    if (error.status !== 1) throw error;
    text = error.stdout;
  }
  return json ? JSON.parse(text) : text;
}

/** A new registry of one of the demonstration's tranches. */
export function registryOf(t, folder, tranche) {
  const own = mkdtempSync(join(tmpdir(), 'tranche-wasm-'));
  t.after(() => rmSync(own, { recursive: true, force: true }));
  const path = join(own, 'registry.json');
  execFileSync(binary, ['register', '--registry', path, tranche], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  return path;
}

/** Pseudo-random integers of 32 bits, the same in every run (xorshift). */
export function noise(seed) {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** The parts of a proof file that a bare verdict is on. */
export function bare(verifier, proof) {
  const view = new DataView(proof.buffer, proof.byteOffset, proof.byteLength);
  // docs/encodings.md, section 9: magic, version, kind, insecure, name, version, two digests, chain, contract, run id, terms.
  const inputsAt = 8 + 2 + 1 + 1 + 1 + proof[12] + 2 + 32 + 32 + 8 + 20 + 32 + 13 * 32;
  const count = view.getUint32(inputsAt, true);
  const inputs = proof.slice(inputsAt + 4, inputsAt + 4 + 32 * count);
  const proofAt = inputsAt + 4 + 32 * count;
  const length = view.getUint32(proofAt, true);
  const digest = Uint8Array.from(Buffer.from(verifier.inspect(proof).statement_digest.slice(2), 'hex'));
  return { digest, inputs, proof: proof.slice(proofAt + 4, proofAt + 4 + length) };
}
