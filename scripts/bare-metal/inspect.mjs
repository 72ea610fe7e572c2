// Reads a linked 32-bit ELF program: its sizes, its symbols, and the places in the sources that can panic.
// Usage: node inspect.mjs PROGRAM [CRATE ...]. Exits 1 when the program needs a symbol that nobody gives, holds any of `std`, or can
// panic in one of the crates named.
//
// Every call of the panic machinery names its place by a `core::panic::Location`: address and length of the file's name, line,
// column. Those that the linker kept are those that some path of the program reaches, as far as the compiler can tell.

import { readFileSync } from 'node:fs';

const bytes = readFileSync(process.argv[2]);
const u32 = (at) => bytes.readUInt32LE(at);
const u16 = (at) => bytes.readUInt16LE(at);
if (u32(0) !== 0x464c457f || bytes[4] !== 1 || bytes[5] !== 1) throw new Error('not a 32-bit little-endian ELF program');

const PROGBITS = 1;
const SYMTAB = 2;
const ALLOCATED = 2;
const EXECUTABLE = 4;

const sections = Array.from({ length: u16(48) }, (_, i) => {
  const at = u32(32) + i * u16(46);
  return { type: u32(at + 4), flags: u32(at + 8), address: u32(at + 12), offset: u32(at + 16), size: u32(at + 20), link: u32(at + 24) };
});
const loaded = sections.filter(({ type, flags }) => type === PROGBITS && flags & ALLOCATED);
const code = loaded.filter(({ flags }) => flags & EXECUTABLE);
const data = loaded.filter(({ flags }) => !(flags & EXECUTABLE));
const total = (list) => list.reduce((sum, { size }) => sum + size, 0);

function text(offset) {
  return bytes.toString('latin1', offset, bytes.indexOf(0, offset));
}

function symbols() {
  const table = sections.find(({ type }) => type === SYMTAB);
  if (table === undefined) throw new Error('the program has no symbols: link it unstripped');
  const names = sections[table.link].offset;
  return Array.from({ length: table.size / 16 - 1 }, (_, i) => {
    const at = table.offset + 16 * (i + 1);
    return { name: text(names + u32(at)), section: u16(at + 14) };
  });
}

/** What stands at an address of a data section, if it is a source file's name. */
function sourceName(address, length) {
  if (length < 4 || length > 300) return undefined;
  const home = data.find((s) => address >= s.address && address + length <= s.address + s.size);
  if (home === undefined) return undefined;
  const at = home.offset + address - home.address;
  const name = bytes.toString('latin1', at, at + length).replace(/\0$/, '');
  return /^[\x20-\x7e]+\.rs$/.test(name) ? name : undefined;
}

function places() {
  const found = new Set();
  for (const section of data) {
    for (let at = section.offset; at + 16 <= section.offset + section.size; at += 4) {
      const [line, column] = [u32(at + 8), u32(at + 12)];
      if (line === 0 || line > 1e5 || column === 0 || column > 1000) continue;
      const name = sourceName(u32(at), u32(at + 4));
      if (name !== undefined) found.add(`${name}:${line}:${column}`);
    }
  }
  return [...found];
}

/** `crate` and the path within it. */
function crateOf(place) {
  const own = /^(?:tranche\/)?(verifier|protocol)\/src\/(.*)/.exec(place);
  if (own) return [`tranche-${own[1]}`, own[2]];
  const probe = /^(?:scripts\/bare-metal\/)?src\/(.*)/.exec(place);
  if (probe) return ['the probe', probe[1]];
  const library = /library\/(core|alloc)\/src\/(.*)/.exec(place);
  if (library) return [library[1], library[2]];
  const published = /crates\/([^/]+)\/src\/(.*)/.exec(place);
  return published ? [published[1], published[2]] : ['elsewhere', place];
}

const all = symbols();
const missing = all.filter(({ name, section }) => section === 0 && name !== '').map(({ name }) => name);
const std = all.filter(({ name }) => /_ZN3std|Cs[0-9A-Za-z]+_3std/.test(name)).map(({ name }) => name);
console.log(`code ${total(code)} bytes, constants ${total(data)} bytes, ${all.length} symbols`);
console.log(`symbols that nobody gives: ${missing.length}; symbols of std: ${std.length}`);

const byCrate = new Map();
for (const place of places()) {
  const [crate, within] = crateOf(place);
  byCrate.set(crate, [...(byCrate.get(crate) ?? []), within]);
}
console.log(`places that can panic, by the compiler's knowledge: ${[...byCrate.values()].flat().length}`);
for (const [crate, list] of [...byCrate].sort()) {
  console.log(`  ${crate}: ${list.length}`);
  for (const within of list.sort()) console.log(`    ${within}`);
}
const forbidden = process.argv.slice(3).filter((crate) => byCrate.has(crate));
for (const name of [...missing, ...std]) console.error(`unwanted symbol ${name}`);
for (const crate of forbidden) console.error(`${crate} must have no place that can panic`);
if (byCrate.size === 0) throw new Error('no place found at all: the program no longer names them, and nothing is shown');
process.exitCode = missing.length + std.length + forbidden.length === 0 ? 0 : 1;
