// Makes a small ceremony with snarkjs: `node make.mjs POWER FOLDER` writes
//   raw.ptau        two contributions and a beacon
//   prepared.ptau   the same with the Lagrange forms
//   points.json     its points as snarkjs reads them: affine coordinates, decimal
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { powersOfTau, curves } from "snarkjs";
import * as binfiles from "@iden3/binfileutils";

const [power, folder] = [Number(process.argv[2]), process.argv[3]];
const path = (name) => join(folder, name);

const curve = await curves.getCurveFromName("bn128");
await powersOfTau.newAccumulator(curve, power, path("0.ptau"));
await powersOfTau.contribute(path("0.ptau"), path("1.ptau"), "first", "text of the first");
await powersOfTau.contribute(path("1.ptau"), path("2.ptau"), "second", "text of the second");
await powersOfTau.beacon(path("2.ptau"), path("raw.ptau"), "beacon", "0102030405060708090a0b0c0d0e0f10", 10);
await powersOfTau.preparePhase2(path("raw.ptau"), path("prepared.ptau"));
if (!(await powersOfTau.verify(path("prepared.ptau")))) throw new Error("snarkjs refuses its own file");

// Reads a section's points through the library's own reader and converts them by the curve's own arithmetic.
const { fd, sections } = await binfiles.readBinFile(path("prepared.ptau"), "ptau", 1);
const text = (value) => (Array.isArray(value) ? value.map(text) : value.toString());
async function points(id, group, skip, count) {
  const bytes = await binfiles.readSection(fd, sections, id);
  const size = group.F.n8 * 2;
  return Array.from({ length: count }, (_, i) => {
    const point = group.fromRprLEM(bytes.slice((skip + i) * size, (skip + i + 1) * size), 0);
    return text(group.toObject(point).slice(0, 2));
  });
}
const count = 2 ** power;
writeFileSync(
  path("points.json"),
  JSON.stringify({
    tauG1: await points(2, curve.G1, 0, count),
    tauG2: await points(3, curve.G2, 0, 2),
    lagrangeG1: await points(12, curve.G1, count - 1, count),
  }),
);
await fd.close();
await curve.terminate();
