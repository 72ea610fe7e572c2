/** Input that no answer is about: of the wrong type, too long, or a verifying key that is none. */
export class TrancheError extends Error {
  /**
   * `Type`, `TooLong`, `Fetch`, `ProofFile` (from `inspect`), `Broken` (the module trapped: load it again), or `Key` and the name of
   * what is wrong with a verifying key, such as `KeyTruncated`.
   */
  readonly code: string;
}

/** Bytes that are read, never kept. */
export type Bytes = Uint8Array | ArrayBuffer;

/** `0x` and 64 hexadecimal digits. */
export type Hex = `0x${string}`;

/** A verifying key's digest, or several of which the key's must be one. */
export type Pins = Hex | Uint8Array | ReadonlyArray<Hex | Uint8Array>;

/** A verifying key, parsed once for many proofs; made by {@link Verifier.key}. */
export interface Key {
  /** Keccak-256 of the key's file: what a page pins. */
  readonly digest: Hex;
  readonly circuit: string;
  readonly circuitVersion: number;
  readonly srsDigest: Hex;
  /** Whether anyone can forge proofs under this key: the development reference string's secret is public. */
  readonly srsInsecure: boolean;
  /** Number of public inputs. */
  readonly publicInputs: number;
  /** Bytes of a proof, without the file around it. */
  readonly proofBytes: number;
  /** Forgets the key. */
  free(): void;
}

export interface UsageProof {
  /** The verifying key of the usage proof's circuit. */
  key: Bytes | Key;
  /** The usage proof's file. */
  proof: Bytes;
  pinnedKeyDigest?: Pins;
}

export interface Options {
  /** What the key's digest must be. Without it the answer has `key_pinned: false`. Given as `undefined`, it is an error. */
  pinnedKeyDigest?: Pins;
  /** For a disclosure: the usage proof that it stands on. */
  usageProof?: UsageProof;
  /** A registry's snapshot, as `tranche register` writes it, to look roots up in. */
  registry?: Bytes;
}

/**
 * `valid`: the proof shows what it says, and no condition that could be checked is broken. `incomplete`: a disclosure
 * without its usage proof. `unmet`: proven, but the run's terms want more. `invalid`: shows nothing.
 */
export type Verdict = 'valid' | 'incomplete' | 'unmet' | 'invalid';

export interface Answer {
  /** True for the verdict `valid` alone. */
  readonly valid: boolean;
  readonly verdict: Verdict;
  /** Why not valid. */
  readonly error?: string;
  /** Whether every key used was held to pinned digests. */
  readonly key_pinned: boolean;
  /** What is stated; null when `invalid`. */
  readonly statement: Statement | null;
}

export type LogOrder = 'planned' | 'consumed';
export type PayRule = 'none' | 'shares' | 'metered';
export type Remainder = 'keep' | 'first_payee';

/** The run's terms: the thirteen words that the context hashes. */
export interface Terms {
  readonly version: number;
  readonly pay_rule: PayRule;
  readonly basis: 'whole' | 'registered';
  readonly remainder: Remainder;
  /** Felt of the unit definition. */
  readonly unit: Hex;
  /** Least registered share of the whole run, parts per million. */
  readonly min_registered_ppm: number;
  /** Least evidence level, 0 to 4. */
  readonly min_evidence: number;
  readonly order: LogOrder;
  /** Registrations that count. */
  readonly registry_cutoff: number;
  readonly arbiter: Hex;
  readonly model_digest: Hex;
  readonly builder: Hex;
  readonly evidence_key: Hex;
}

export interface Context {
  /** 0 without a chain. */
  readonly chain_id: number;
  readonly contract: Hex;
  readonly run_id: Hex;
  readonly terms: Terms;
}

export interface UsageInputs {
  readonly context: Hex;
  readonly registry_root: Hex;
  readonly run_commitment: Hex;
  readonly usage_commitment: Hex;
  readonly unit: Hex;
  readonly order: LogOrder;
}

export interface Claim {
  /** 1 to 4, in the order of `name`. */
  readonly code: number;
  readonly name: 'share_of_registered' | 'share_of_whole' | 'exclusion' | 'registered_share';
  /** The tranche's id; null for `registered_share`. */
  readonly tranche: Hex | null;
  /** Parts per million, `lo_ppm` ≤ share ≤ `hi_ppm`; equal for an exact share, rounded down. */
  readonly lo_ppm: number;
  readonly hi_ppm: number;
}

export interface PayList {
  readonly rule: PayRule;
  readonly remainder: Remainder;
  /** Decimal: parts per 10^9 (shares) or the token's smallest parts (metered). */
  readonly total: string;
  readonly payees: ReadonlyArray<{ readonly owner: Hex; readonly amount: string }>;
}

export interface DisclosureInputs {
  readonly context: Hex;
  readonly usage_commitment: Hex;
  readonly unit: Hex;
  readonly claims: readonly Claim[];
  readonly pay: PayList | null;
}

interface StatedFields {
  readonly circuit: string;
  readonly circuit_version: number;
  readonly key_digest: Hex;
  readonly srs_digest: Hex;
  /** Whether anyone could have forged the proof, or the usage proof beside it. */
  readonly srs_insecure: boolean;
  /** The same in words, to be shown: `INSECURE: …` for the development string. */
  readonly srs: string;
  /** What the proof's transcript absorbs first. */
  readonly statement_digest: Hex;
  readonly context: Context;
  readonly order: LogOrder;
}

export interface StatedUsage extends StatedFields {
  readonly kind: 'usage';
  readonly public_inputs: UsageInputs;
}

export interface StatedDisclosure extends StatedFields {
  readonly kind: 'disclosure';
  readonly public_inputs: DisclosureInputs;
}

/** What a proof file says, whether it is true or not. */
export type Stated = StatedUsage | StatedDisclosure;

export interface Condition {
  readonly wanted: string;
  /** `open`: the files given do not tell. */
  readonly standing: 'met' | 'broken' | 'open';
  readonly found: string;
}

interface Judged {
  /** 0 to 4: what stands behind the log; null where it could not be judged. */
  readonly evidence_level: number | null;
  readonly evidence_meaning: string | null;
  /** Who signed the evidence: the key that the run's terms name. Null at level 0. */
  readonly evidence_signer: Hex | null;
  /** Level 2: the digest of the loader's attestation quote, signed beside the level. Nobody verified the quote. */
  readonly evidence_quote: Hex | null;
  /** The statement in sentences: those of `tranche verify`. */
  readonly said: readonly string[];
  /** What the run's terms want. */
  readonly conditions: readonly Condition[];
  readonly shows: readonly string[];
  readonly does_not_show: readonly string[];
  /** The usage proof that a disclosure was accepted with. */
  readonly usage_proof: StatedUsage | null;
}

/** A proven statement with what was judged of it. */
export type Statement = Stated & Judged;

/** A verdict on a bare proof, as one word. */
export type Code =
  | 'Accepted'
  | 'Instances'
  | 'ProofLength'
  | 'Point'
  | 'Scalar'
  | 'Degenerate'
  | 'Rejected'
  | 'StatementDigest'
  | 'PublicInputs'
  | `Key${string}`;

export interface Verifier {
  /** Parses a verifying key, for many proofs. Throws {@link TrancheError} when it is none. */
  key(keyBytes: Bytes): Key;

  /** The digest of a verifying key's file. Throws {@link TrancheError} when it is no key. */
  keyDigest(keyBytes: Bytes): Hex;

  /** Verifies a proof file under a key. Never throws for what a file holds. */
  verify(key: Bytes | Key, proofFile: Bytes, options?: Options): Answer;

  /**
   * Verifies a bare proof. The digest is 32 bytes, the public inputs 32 bytes a row, all big-endian and below the field's
   * order: `StatementDigest` and `PublicInputs` when they are not, and `Key…` for a key that is none.
   */
  verifyRaw(key: Bytes | Key, statementDigest: Bytes, publicInputs: Bytes, proof: Bytes): Code;

  /** What a proof file says, NOTHING VERIFIED: to find the key of its circuit. Throws {@link TrancheError}. */
  inspect(proofFile: Bytes): Stated;
}

/** Makes a verifier, from the module's bytes or from `tranche.wasm` beside `index.js`. */
export function load(wasmBytes?: Bytes | WebAssembly.Module): Promise<Verifier>;

/** The digest of a verifying key's file: what a page pins. */
export function keyDigest(keyBytes: Bytes, wasmBytes?: Bytes | WebAssembly.Module): Promise<Hex>;
