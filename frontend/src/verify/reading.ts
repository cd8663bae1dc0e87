/** Codes off a picture, read by zxing compiled to WebAssembly, from our own server. */
import { prepareZXingModule, type ReadInputBarcodeFormat, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";

/** What a code says. GS1 symbols begin with their name, as scanners send it. */
export interface Code {
  readonly text: string;
  /** The same before anybody made letters of it. */
  readonly bytes: Uint8Array;
}

/** How the symbols of GS1, with FNC1 in front, name themselves (ISO/IEC 15424). */
const OF_GS1: Readonly<Record<string, string>> = { DataMatrix: "]d2", QRCode: "]Q3" };

// Left to itself, the library would fetch its program from somebody else's server.
prepareZXingModule({ overrides: { locateFile: () => wasm } });

/** Read one code of a picture; null if there is none. */
export async function read(picture: Blob | ImageData, formats: readonly ReadInputBarcodeFormat[] = ["QRCode"]): Promise<Code | null> {
  const [found] = await readBarcodes(picture, { formats: [...formats], maxNumberOfSymbols: 1, tryHarder: true, textMode: "Plain" });
  if (found === undefined) return null;
  const name = found.contentType === "GS1" ? (OF_GS1[found.format] ?? "") : "";
  return { text: name + found.text, bytes: found.bytes };
}
