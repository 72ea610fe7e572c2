// What is said of proof files: the same as `tranche verify` says.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { TrancheError, keyDigest, load } from '../index.js';
import { INSECURE, bench, commandLine, noise, registryOf } from './common.js';

/** The fields that both answers have, under the command line's names. */
function asCommandLine(answer) {
  const { statement } = answer;
  return {
    verdict: answer.verdict,
    circuit: statement.circuit,
    srs_insecure: statement.srs_insecure,
    order: statement.order,
    evidence_level: statement.evidence_level,
    statement: statement.said,
    conditions: statement.conditions,
    shows: statement.shows,
    does_not_show: statement.does_not_show,
  };
}

function assertSame(answer, said) {
  const { proof: _, reason, ...rest } = said;
  assert.deepEqual(asCommandLine(answer), rest);
  if (answer.verdict !== 'incomplete') assert.equal(answer.error, reason);
}

const WORD = /^0x[0-9a-f]{64}$/;

test('proof files', async (t) => {
  const { folder, verifier: v, file, keyFile, keyOf } = await bench(t);
  const usage = file('one-usage.proof');
  const usageKey = keyOf(usage);
  const usageProof = { key: usageKey, proof: usage };
  const registry = file('registry.json');

  await t.test('a usage proof is valid, and says what the command line says', () => {
    const answer = v.verify(usageKey, usage, { registry });
    assert.equal(answer.valid, true);
    assert.equal(answer.error, undefined);
    assertSame(answer, commandLine(folder, ['one-usage.proof', '--registry', 'registry.json']));
    assertSame(v.verify(usageKey, usage), commandLine(folder, ['one-usage.proof']));

    const { statement } = answer;
    assert.equal(statement.kind, 'usage');
    assert.equal(statement.key_digest, v.keyDigest(usageKey));
    const inputs = statement.public_inputs;
    assert.deepEqual(Object.keys(inputs), [
      'context', 'registry_root', 'run_commitment', 'usage_commitment', 'unit', 'order',
    ]);
    for (const name of ['context', 'registry_root', 'run_commitment', 'usage_commitment', 'unit']) {
      assert.match(inputs[name], WORD);
    }
    for (const name of ['registry_root', 'run_commitment', 'usage_commitment']) {
      assert.ok(statement.said.includes(`${name.replace('_', ' ')} ${inputs[name]}`));
    }
    assert.equal(Object.keys(statement.context.terms).length, 13);
    assert.equal(statement.context.terms.unit, inputs.unit);
    assert.equal(statement.evidence_signer, statement.context.terms.evidence_key);
    assert.equal(statement.evidence_quote, null);
    assert.equal(statement.usage_proof, null);
  });

  await t.test('an insecure reference string is said in the words of the command line', () => {
    const { statement } = v.verify(usageKey, usage);
    assert.equal(statement.srs_insecure, true);
    assert.ok(statement.srs.startsWith(INSECURE));
    assert.ok(commandLine(folder, ['one-usage.proof'], false).includes(statement.srs));
  });

  for (const name of ['one-claims.proof', 'one-pay.proof']) {
    await t.test(`${name} is valid beside its usage proof only`, () => {
      const disclosure = file(name);
      const key = keyOf(disclosure);
      const beside = v.verify(key, disclosure, { usageProof, registry });
      assert.equal(beside.valid, true);
      const args = [name, '--usage', 'one-usage.proof', '--registry', 'registry.json'];
      assertSame(beside, commandLine(folder, args));
      const { statement } = beside;
      assert.equal(statement.kind, 'disclosure');
      const commitment = statement.public_inputs.usage_commitment;
      assert.equal(statement.usage_proof.public_inputs.usage_commitment, commitment);

      const alone = v.verify(key, disclosure);
      assert.equal(alone.valid, false);
      assert.match(alone.error, /^needs its usage proof/);
      assertSame(alone, commandLine(folder, [name]));
      assert.deepEqual(alone.statement.shows, []);
    });
  }

  await t.test('claims and pay lists are named', () => {
    const claims = file('one-claims.proof');
    const { claims: list } = v.inspect(claims).public_inputs;
    assert.ok(list.length > 0);
    const names = { 1: 'share_of_registered', 2: 'share_of_whole', 3: 'exclusion', 4: 'registered_share' };
    for (const claim of list) {
      assert.equal(claim.name, names[claim.code]);
      assert.ok(claim.lo_ppm <= claim.hi_ppm);
      assert.equal(claim.tranche === null, claim.code === 4);
    }
    const { pay } = v.inspect(file('one-pay.proof')).public_inputs;
    const sum = pay.payees.reduce((total, payee) => total + BigInt(payee.amount), 0n);
    assert.equal(pay.total, sum.toString());
    assert.equal(v.inspect(claims).public_inputs.pay, null);
  });

  await t.test('a disclosure beside a usage proof that is not its own is not valid', () => {
    const disclosure = file('one-claims.proof');
    const key = keyOf(disclosure);
    const other = file('two-usage.proof');
    const wrong = v.verify(key, disclosure, { usageProof: { key: keyOf(other), proof: other } });
    assert.deepEqual([wrong.valid, wrong.verdict, wrong.statement], [false, 'invalid', null]);
    const said = commandLine(folder, ['one-claims.proof', '--usage', 'two-usage.proof']);
    assert.equal(wrong.error, said.reason);

    const itself = v.verify(key, disclosure, { usageProof: { key, proof: disclosure } });
    assert.deepEqual([itself.valid, itself.verdict], [false, 'incomplete']);
    const broken = v.verify(key, disclosure, { usageProof: { key: usageKey, proof: usage.slice(1) } });
    assert.deepEqual([broken.valid, broken.verdict], [false, 'incomplete']);
    assert.match(broken.error, /^the usage proof: /);
    const keyless = v.verify(key, disclosure, { usageProof: { key: new Uint8Array(9), proof: usage } });
    assert.deepEqual([keyless.valid, keyless.verdict], [false, 'invalid']);
  });

  await t.test('tampered files are refused with the reason of the command line', () => {
    for (const name of ['flipped.proof', 'altered.proof']) {
      const answer = v.verify(keyOf(file(name)), file(name));
      const said = commandLine(folder, [name]);
      assert.deepEqual([answer.valid, answer.verdict, answer.statement], [false, 'invalid', null]);
      assert.deepEqual([answer.verdict, answer.error], [said.verdict, said.reason]);
    }
    const foreign = keyOf(file('one-claims.proof'));
    assert.match(v.verify(foreign, usage).error, /the key for/);
  });

  await t.test('a registry without the root breaks the terms', (t) => {
    const other = registryOf(t, folder, 'adega');
    const answer = v.verify(usageKey, usage, { registry: new Uint8Array(readFileSync(other)) });
    assert.deepEqual([answer.valid, answer.verdict], [false, 'unmet']);
    assert.match(answer.error, /never had this root/);
    assertSame(answer, commandLine(folder, ['one-usage.proof', '--registry', other]));

    for (const text of ['{}', 'registry', '\u0000']) {
      const bytes = new TextEncoder().encode(text);
      const refused = v.verify(usageKey, usage, { registry: bytes });
      assert.deepEqual([refused.valid, refused.verdict], [false, 'invalid']);
      assert.match(refused.error, /^the registry: /);
    }
  });

  await t.test('a pinned digest must be the key\'s', async () => {
    const digest = v.keyDigest(usageKey);
    assert.equal(await keyDigest(usageKey), digest);
    const wrong = `0x${'5a'.repeat(32)}`;
    for (const pinnedKeyDigest of [digest, digest.toUpperCase().replace('0X', '0x'), [wrong, digest]]) {
      const answer = v.verify(usageKey, usage, { pinnedKeyDigest });
      assert.deepEqual([answer.valid, answer.key_pinned], [true, true]);
    }
    assert.equal(v.verify(usageKey, usage).key_pinned, false);
    const refused = v.verify(usageKey, usage, { pinnedKeyDigest: wrong });
    assert.deepEqual([refused.valid, refused.key_pinned, refused.statement], [false, false, null]);
    assert.match(refused.error, /not one of those pinned/);
    for (const pinnedKeyDigest of ['', '0x', digest.slice(2), undefined, null, [], [undefined], 7]) {
      assert.throws(() => v.verify(usageKey, usage, { pinnedKeyDigest }), TrancheError);
    }

    const disclosure = file('one-claims.proof');
    const key = keyOf(disclosure);
    const pins = [digest, v.keyDigest(key)];
    const both = { pinnedKeyDigest: pins, usageProof: { ...usageProof, pinnedKeyDigest: pins } };
    assert.deepEqual(
      [v.verify(key, disclosure, both).valid, v.verify(key, disclosure, both).key_pinned],
      [true, true],
    );
    const half = v.verify(key, disclosure, { pinnedKeyDigest: pins, usageProof });
    assert.deepEqual([half.valid, half.key_pinned], [true, false]);
    const other = { pinnedKeyDigest: pins, usageProof: { ...usageProof, pinnedKeyDigest: wrong } };
    const unpinned = v.verify(key, disclosure, other);
    assert.deepEqual([unpinned.valid, unpinned.verdict], [false, 'incomplete']);
  });

  await t.test('cut, lengthened and random files are refused, never a trap', () => {
    const lengths = [...Array(200).keys(), usage.length - 33, usage.length - 1];
    for (const length of lengths) {
      assert.equal(v.verify(usageKey, usage.slice(0, length)).valid, false, `length ${length}`);
    }
    const long = new Uint8Array(usage.length + 1);
    long.set(usage);
    assert.equal(v.verify(usageKey, long).valid, false);
    const next = noise(7);
    for (let round = 0; round < 300; round += 1) {
      const bytes = Uint8Array.from({ length: next() % 3000 }, () => next());
      if (round % 2 === 0) bytes.set(usage.subarray(0, Math.min(10, bytes.length)));
      assert.equal(v.verify(usageKey, bytes).valid, false);
      assert.throws(() => v.inspect(bytes), TrancheError);
    }
    assert.equal(v.verify(usageKey, usage).valid, true, 'and it still works');
  });

  await t.test('keys that are none', () => {
    for (const length of [0, 7, 100, usageKey.length - 1]) {
      const cut = usageKey.slice(0, length);
      const answer = v.verify(cut, usage);
      assert.deepEqual([answer.valid, answer.verdict], [false, 'invalid']);
      assert.match(answer.error, /^the verifying key: /);
      assert.throws(() => v.keyDigest(cut), { name: 'TrancheError', code: 'KeyTruncated' });
    }
    const next = noise(11);
    for (let round = 0; round < 200; round += 1) {
      const bytes = usageKey.slice();
      bytes[next() % bytes.length] ^= 1 << next() % 8;
      assert.equal(v.verify(bytes, usage).valid, false);
    }
    for (const nothing of [undefined, null, 'key', [1, 2]]) {
      assert.throws(() => v.verify(nothing, usage), TrancheError);
      assert.throws(() => v.verify(usageKey, nothing), TrancheError);
    }
  });

  await t.test('a parsed key serves many proofs, until it is freed', async () => {
    const key = v.key(usageKey);
    for (let round = 0; round < 3; round += 1) assert.equal(v.verify(key, usage).valid, true);
    assert.equal(v.verify(key, file('two-usage.proof')).valid, true);
    const stranger = await load();
    assert.throws(() => stranger.verify(key, usage), TrancheError);
    key.free();
    key.free();
    assert.throws(() => v.verify(key, usage), TrancheError);
    assert.equal(v.verify(v.key(keyFile(v.inspect(usage).circuit)), usage).valid, true);
  });
});
