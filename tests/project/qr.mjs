/** Prints the text of a QR code, whose modules come on the standard input as rows of 0 and 1. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(join(process.cwd(), "package.json"));
const { prepareZXingModule, readBarcodes } = await import(pathToFileURL(require.resolve("zxing-wasm/reader")).href);
const wasm = readFileSync(require.resolve("zxing-wasm/reader/zxing_reader.wasm"));
prepareZXingModule({ overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) } });

const rows = JSON.parse(readFileSync(0, "utf8"));
const dots = 4;
const size = rows.length * dots;
const data = new Uint8ClampedArray(size * size * 4).fill(255);
for (let y = 0; y < size; y++)
  for (let x = 0; x < size; x++)
    if (rows[Math.floor(y / dots)][Math.floor(x / dots)]) data.fill(0, (y * size + x) * 4, (y * size + x) * 4 + 3);
const [read] = await readBarcodes({ data, width: size, height: size, colorSpace: "srgb" }, { formats: ["QRCode"] });
process.stdout.write(read?.text ?? "");
