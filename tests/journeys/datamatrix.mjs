/** Prints the modules of a true GS1 DataMatrix: FNC1 in front, elements of variable length ended by it. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(join(process.cwd(), "package.json"));
const { prepareZXingModule, writeBarcode } = await import(pathToFileURL(require.resolve("zxing-wasm/writer")).href);
const wasm = readFileSync(require.resolve("zxing-wasm/writer/zxing_writer.wasm"));
prepareZXingModule({ overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) } });

const { error, symbol } = await writeBarcode(process.argv[2], { format: "DataMatrix", options: "gs1,forceSquare" });
if (error) throw new Error(error);
const { data, width, height } = symbol;
const rows = Array.from({ length: height }, (_, y) => Array.from(data.slice(y * width, (y + 1) * width), (module) => (module ? 0 : 1)));
process.stdout.write(JSON.stringify(rows));
