// Verdict codes on bare public inputs and proofs.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bare, bench, noise } from './common.js';

const R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001n;

function word(value) {
  return Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'));
}

function number(bytes) {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

test('verdict codes', async (t) => {
  const { verifier: v, file, keyOf } = await bench(t);
  for (const name of ['one-usage.proof', 'one-claims.proof']) {
    const bytes = file(name);
    const keyBytes = keyOf(bytes);
    const key = v.key(keyBytes);
    const { digest, inputs, proof } = bare(v, bytes);
    const changed = (from, at, value) => {
      const copy = from.slice();
      copy.set(value, at);
      return copy;
    };
    const flipped = (from, at) => changed(from, at, [from[at] ^ 1]);

    await t.test(`${name}: the proof as it is`, () => {
      assert.equal(v.verifyRaw(key, digest, inputs, proof), 'Accepted');
      assert.equal(v.verifyRaw(keyBytes, digest, inputs, proof), 'Accepted');
      assert.equal(key.publicInputs * 32, inputs.length);
      assert.equal(key.proofBytes, proof.length);
    });

    await t.test(`${name}: shape`, () => {
      assert.equal(v.verifyRaw(key, digest, inputs.slice(32), proof), 'Instances');
      assert.equal(v.verifyRaw(key, digest, new Uint8Array(0), proof), 'Instances');
      assert.equal(v.verifyRaw(key, digest, inputs, proof.slice(1)), 'ProofLength');
      assert.equal(v.verifyRaw(key, digest, inputs, new Uint8Array(0)), 'ProofLength');
      assert.equal(v.verifyRaw(key, digest, inputs.slice(1), proof), 'PublicInputs');
      assert.equal(v.verifyRaw(key, digest.slice(1), inputs, proof), 'StatementDigest');
      assert.equal(v.verifyRaw(key, new Uint8Array(64), inputs, proof), 'StatementDigest');
      assert.equal(v.verifyRaw(keyBytes.slice(1), digest, inputs, proof), 'KeyMagic');
      assert.equal(v.verifyRaw(keyBytes.slice(0, -1), digest, inputs, proof), 'KeyTruncated');
    });

    await t.test(`${name}: a value plus the field's order is no other way to write it`, () => {
      const aliased = word(number(inputs.slice(0, 32)) + R);
      assert.equal(v.verifyRaw(key, digest, changed(inputs, 0, aliased), proof), 'PublicInputs');
      assert.equal(v.verifyRaw(key, word(number(digest) + R), inputs, proof), 'StatementDigest');
      // The last scalar of a proof stands before its last two points.
      const at = proof.length - 2 * 64 - 32;
      const scalar = word(number(proof.slice(at, at + 32)) + R);
      assert.equal(v.verifyRaw(key, digest, inputs, changed(proof, at, scalar)), 'Scalar');
    });

    await t.test(`${name}: another statement, input or element`, () => {
      assert.equal(v.verifyRaw(key, flipped(digest, 31), inputs, proof), 'Rejected');
      for (let row = 0; row < inputs.length / 32; row += 1) {
        const input = flipped(inputs, 32 * row + 31);
        assert.equal(v.verifyRaw(key, digest, input, proof), 'Rejected', `row ${row}`);
      }
      assert.equal(v.verifyRaw(key, digest, inputs, flipped(proof, 63)), 'Point');
      assert.equal(v.verifyRaw(key, digest, inputs, changed(proof, 0, new Uint8Array(64))), 'Point');
      const scalar = proof.length - 2 * 64 - 1;
      assert.equal(v.verifyRaw(key, digest, inputs, flipped(proof, scalar)), 'Rejected');
      const next = noise(3);
      for (let round = 0; round < 60; round += 1) {
        const broken = flipped(proof, next() % proof.length);
        assert.match(v.verifyRaw(key, digest, inputs, broken), /^(Point|Scalar|Rejected)$/);
      }
    });
  }
});
