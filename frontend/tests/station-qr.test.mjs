/** A slip's code is read back by a reader that others wrote. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

import { LARGE_BYTES, qrModules, qrOfBytes } from "../.compiled/station/src/qr.js";

const wasm = readFileSync(new URL("../node_modules/zxing-wasm/dist/reader/zxing_reader.wasm", import.meta.url));
prepareZXingModule({ overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) } });
const QUIET = 4;
const SCALE = 4;

async function seen(modules) {
  const side = (modules.length + 2 * QUIET) * SCALE;
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if (modules[Math.floor(y / SCALE) - QUIET]?.[Math.floor(x / SCALE) - QUIET]) data.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3);
    }
  }
  const [found] = await readBarcodes({ data, width: side, height: side, colorSpace: "srgb" }, { formats: ["QRCode"] });
  return found;
}
const readBack = async (modules) => (await seen(modules))?.text;

for (const text of ["K7P2M4", "01997b4c-8f6a-7cc2-9d7e-1f2a3b4c5d6e", "Ẳ".repeat(14), "x".repeat(62), "9".repeat(84), "z".repeat(106)]) {
  test(`${text.length} letters are read back`, async () => assert.equal(await readBack(qrModules(text)), text));
}

test("a text that does not fit is refused", () => assert.throws(() => qrModules("z".repeat(107)), RangeError));

for (const length of [1, 20, 519, LARGE_BYTES]) {
  test(`${length} bytes of a file are read back from one large code`, async () => {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 37 + length) & 0xff);
    const modules = qrOfBytes(bytes);
    assert.equal(modules.length, 77);
    assert.deepEqual(new Uint8Array((await seen(modules))?.bytes), bytes);
  });
}

test("bytes that do not fit are refused", () => assert.throws(() => qrOfBytes(new Uint8Array(LARGE_BYTES + 1)), RangeError));
