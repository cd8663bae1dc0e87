import { defineConfig } from "vite";

// The pages come from the server; this only bundles what they link to. The server reads manifest.json.
export default defineConfig({
  base: "/static/build/",
  publicDir: false,
  css: { preprocessorOptions: { scss: { loadPaths: ["node_modules"], quietDeps: true } } },
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
        turning: "src/turning.ts",
        card: "src/verify/card.ts",
        lists: "src/verify/lists.ts",
        verdict: "src/verify/verdict.ts",
        verifier: "src/verifier.ts",
        offline: "src/offline.ts",
        base: "src/styles/base.scss",
      },
    },
  },
});
