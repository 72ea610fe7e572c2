// The portable verifier of tranche proofs, for pages and node. docs/wasm.md says what an answer is worth.

const DIGEST = /^0x[0-9a-fA-F]{64}$/;
const NOTHING = new Uint8Array(0);

/** An input that is no answer's business: of the wrong type, too long, or a verifying key that is none. */
export class TrancheError extends Error {
  constructor(code, message) {
    super(message);
    this.name = 'TrancheError';
    this.code = code;
  }
}

function bytesOf(value, what) {
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  throw new TrancheError('Type', `${what} must be a Uint8Array or an ArrayBuffer`);
}

function digestBytes(value) {
  if (value instanceof Uint8Array && value.length === 32) return value;
  if (typeof value === 'string' && DIGEST.test(value)) {
    return Uint8Array.from({ length: 32 }, (_, i) => Number.parseInt(value.slice(2 + 2 * i, 4 + 2 * i), 16));
  }
  throw new TrancheError('Type', 'a pinned key digest must be 0x and 64 hexadecimal digits, or 32 bytes');
}

// No pin is a choice; a pin that is undefined or an empty list is a mistake that must not mean "anything goes".
function pinsOf(options) {
  if (options === undefined || !('pinnedKeyDigest' in options)) return NOTHING;
  const pinned = options.pinnedKeyDigest;
  const list = Array.isArray(pinned) ? pinned : [pinned];
  if (list.length === 0) throw new TrancheError('Type', 'the list of pinned key digests is empty');
  const pins = new Uint8Array(32 * list.length);
  list.forEach((digest, i) => pins.set(digestBytes(digest), 32 * i));
  return pins;
}

/** The module behind an instance: writes inputs, calls, reads the output. */
class Machine {
  #exports;
  #broken = false;

  constructor(instance) {
    this.#exports = instance.exports;
  }

  call(operation, numbers, inputs) {
    const text = this.#guarded(() => {
      const wasm = this.#exports;
      wasm.tranche_begin();
      for (const input of inputs) {
        const address = wasm.tranche_input(input.length);
        if (address === 0) return undefined;
        new Uint8Array(wasm.memory.buffer, address, input.length).set(input);
      }
      wasm[operation](...numbers);
      const output = new Uint8Array(wasm.memory.buffer, wasm.tranche_output(), wasm.tranche_output_length());
      const text = new TextDecoder().decode(output);
      wasm.tranche_begin();
      return text;
    });
    if (text === undefined) throw new TrancheError('TooLong', 'an input is longer than 64 MiB, or memory is used up');
    return text === '' ? undefined : JSON.parse(text);
  }

  // After a trap the instance's state means nothing: it answers no more.
  #guarded(work) {
    if (this.#broken) throw new TrancheError('Broken', 'the verifier stopped in an earlier call: load it again');
    try {
      return work();
    } catch (error) {
      this.#broken = true;
      throw new TrancheError('Broken', `the verifier stopped (${error.message}): load it again; nothing is verified`);
    }
  }
}

/** A verifying key, parsed once for many proofs. */
class Key {
  #machine;
  #handle;

  constructor(machine, bytes) {
    const view = machine.call('tranche_load_key', [], [bytesOf(bytes, 'a verifying key')]);
    if (view.error !== undefined) throw new TrancheError(`Key${view.code}`, `the verifying key: ${view.error}`);
    this.#machine = machine;
    this.#handle = view.handle;
    this.digest = view.digest;
    this.circuit = view.circuit;
    this.circuitVersion = view.circuit_version;
    this.srsDigest = view.srs_digest;
    this.srsInsecure = view.srs_insecure;
    this.publicInputs = view.public_inputs;
    this.proofBytes = view.proof_bytes;
    Object.freeze(this);
  }

  /** The handle inside the machine that parsed the key. */
  handleIn(machine) {
    if (machine !== this.#machine) throw new TrancheError('Type', 'the key was parsed by another verifier');
    if (this.#handle === 0) throw new TrancheError('Type', 'the key was freed');
    return this.#handle;
  }

  /** Forgets the key. */
  free() {
    if (this.#handle !== 0) this.#machine.call('tranche_drop_key', [this.#handle], []);
    this.#handle = 0;
  }
}

class Verifier {
  #machine;

  constructor(machine) {
    this.#machine = machine;
  }

  key(keyBytes) {
    return new Key(this.#machine, keyBytes);
  }

  keyDigest(keyBytes) {
    return this.#withKeys([keyBytes], ([key]) => key.digest);
  }

  verify(key, proofFile, options = {}) {
    const file = bytesOf(proofFile, 'a proof file');
    const { usageProof, registry } = options;
    const usage = usageProof === undefined ? NOTHING : bytesOf(usageProof.proof, 'a usage proof file');
    const inputs = [
      file,
      pinsOf(options),
      usage,
      pinsOf(usageProof),
      registry === undefined ? NOTHING : bytesOf(registry, 'a registry'),
    ];
    try {
      return this.#withKeys([key, usageProof?.key], ([main, beside]) => {
        const handles = [main.handleIn(this.#machine), beside?.handleIn(this.#machine) ?? 0];
        return this.#machine.call('tranche_verify', handles, inputs);
      }, usageProof !== undefined);
    } catch (error) {
      if (!(error instanceof TrancheError) || !error.code.startsWith('Key')) throw error;
      return { valid: false, verdict: 'invalid', error: error.message, key_pinned: false, statement: null };
    }
  }

  verifyRaw(key, statementDigest, publicInputs, proof) {
    const inputs = [
      bytesOf(statementDigest, 'a statement digest'),
      bytesOf(publicInputs, 'public inputs'),
      bytesOf(proof, 'a proof'),
    ];
    try {
      return this.#withKeys([key], ([parsed]) =>
        this.#machine.call('tranche_verify_raw', [parsed.handleIn(this.#machine)], inputs));
    } catch (error) {
      if (!(error instanceof TrancheError) || !error.code.startsWith('Key')) throw error;
      return error.code;
    }
  }

  inspect(proofFile) {
    const view = this.#machine.call('tranche_inspect', [], [bytesOf(proofFile, 'a proof file')]);
    if (view.error !== undefined) throw new TrancheError(view.code, view.error);
    return view;
  }

  // Keys given as bytes are parsed for this call and freed after it.
  #withKeys(given, work, secondNeeded = false) {
    const own = [];
    try {
      const keys = given.map((key, index) => {
        if (key instanceof Key || (index > 0 && key === undefined && !secondNeeded)) return key;
        const parsed = new Key(this.#machine, key);
        own.push(parsed);
        return parsed;
      });
      return work(keys);
    } finally {
      for (const key of own) key.free();
    }
  }
}

async function ownModule() {
  const url = new URL('./tranche.wasm', import.meta.url);
  if (url.protocol === 'file:') {
    const { readFile } = await import('node:fs/promises');
    return readFile(url);
  }
  const response = await fetch(url);
  if (!response.ok) throw new TrancheError('Fetch', `${url} cannot be fetched: status ${response.status}`);
  return response.arrayBuffer();
}

/** Makes a verifier, from the module's bytes or from `tranche.wasm` beside this file. */
export async function load(wasmBytes) {
  const bytes = wasmBytes === undefined ? await ownModule() : wasmBytes;
  const { instance } = bytes instanceof WebAssembly.Module
    ? { instance: await WebAssembly.instantiate(bytes, {}) }
    : await WebAssembly.instantiate(bytes, {});
  return new Verifier(new Machine(instance));
}

/** Keccak-256 of a verifying key's file, 0x and 64 digits, after the key was checked: what a page pins. */
export async function keyDigest(keyBytes, wasmBytes) {
  return (await load(wasmBytes)).keyDigest(keyBytes);
}
