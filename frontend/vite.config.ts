import { defineConfig, type Plugin } from "vite";

/** The sheet of drawings with the few that the station's app draws: the server's pages take theirs from it themselves. */
const SHEET = "/drawings/icons.svg?raw";
const DRAWN = new Set(["back", "bell", "chev", "off", "plus", "print", "qr", "wifi", "x"].map((name) => `i-${name}`));
const fewDrawings: Plugin = {
  name: "few-drawings",
  transform(code, id) {
    if (!id.endsWith(SHEET)) return null;
    const sheet = JSON.parse(code.slice(code.indexOf('"'), code.lastIndexOf('"') + 1)) as string;
    const symbols = sheet.match(/<symbol id="[^"]+".*?<\/symbol>/gs) ?? [];
    const kept = symbols.filter((symbol) => /id="s-/.test(symbol) || DRAWN.has(/id="([^"]+)"/.exec(symbol)?.[1] ?? ""));
    return { code: `export default ${JSON.stringify(`<svg xmlns="http://www.w3.org/2000/svg">${kept.join("")}</svg>`)}`, map: null };
  },
};

// The pages come from the server; this only bundles what they link to. The server reads manifest.json.
export default defineConfig({
  base: "/static/build/",
  publicDir: false,
  plugins: [fewDrawings],
  css: { preprocessorOptions: { scss: { loadPaths: ["node_modules"], quietDeps: true, style: "compressed" } } },
  build: {
    outDir: "../src/tiemchung/faces/shared/static/build",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2021",
    assetsDir: ".",
    assetsInlineLimit: 0, // the content policy allows files of ours, no data: addresses
    cssMinify: false, // the default minifier breaks govuk-frontend's rules
    modulePreload: false,
    rollupOptions: {
      // What an entry exports stays exported: a test asks `verify/verdict` for its verdicts.
      preserveEntrySignatures: "exports-only",
      input: {
        page: "src/page.ts",
        board: "src/board.ts",
        signin: "src/signin.ts",
        work: "src/work.ts",
        checkpoint: "src/checkpoint.ts",
        keys: "src/keys.ts",
        turning: "src/turning.ts",
        card: "src/verify/card.ts",
        lists: "src/verify/lists.ts",
        verdict: "src/verify/verdict.ts",
        verifier: "src/verifier.ts",
        offline: "src/offline.ts",
        base: "src/styles/base.scss",
        station: "station/src/app.tsx",
        "station-worker": "station/src/sw.ts",
        "station-reader": "station/src/scan/reader.ts",
        "station-styles": "station/src/station.scss",
      },
    },
  },
});
