import { defineConfig } from "vite";

import { licences, precompress } from "./plugins.js";

const collected = licences();

export default defineConfig({
  // nothing knows under which path it will be served; the page itself is …/graphiql, without a slash at its end
  base: "./",
  experimental: {
    renderBuiltUrl: (file, { hostType }) => (hostType === "html" ? `graphiql/${file}` : { relative: true }),
  },
  build: {
    outDir: "../medianest/graphiql/static",
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 3000,
    rolldownOptions: { checks: { moduleLevelDirective: false } }, // "use client" means nothing here
  },
  worker: { format: "es", plugins: () => [collected.collect] },
  plugins: [collected.collect, collected.write, precompress],
});
