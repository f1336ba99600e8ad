import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const NOTICES = /^(licen[cs]e|notice|thirdpartynotices)/i;

/** Writes LICENSES.txt: every npm package in the bundle and, which Vite's own `build.license` leaves out, in the workers. */
export function licences() {
  const packages = new Set();
  return {
    collect: {
      name: "collect-licences",
      moduleParsed: ({ id }) => {
        const [directory] = id.match(/^.*\/node_modules\/(@[^/]+\/)?[^/]+/) ?? [];
        if (directory && !id.startsWith("\0")) packages.add(directory);
      },
    },
    write: {
      name: "write-licences",
      generateBundle() {
        const texts = [...new Set([...packages].map(describe))].sort();
        this.emitFile({ type: "asset", fileName: "LICENSES.txt", source: texts.join(`\n${"-".repeat(80)}\n\n`) });
      },
    },
  };
}

function describe(directory) {
  const { name, version, license } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  const notices = readdirSync(directory).filter((file) => NOTICES.test(file)).sort();
  const texts = notices.map((file) => readFileSync(join(directory, file), "utf8").trim());
  return [`${name} ${version} (${license})`, ...texts].join("\n\n") + "\n";
}

/** Leaves only the gzipped assets: every browser takes them, and nothing has to be compressed while serving. */
export const precompress = {
  name: "precompress",
  generateBundle: {
    order: "post",
    handler(_, bundle) {
      for (const [file, output] of Object.entries(bundle)) {
        if (!file.startsWith("assets/")) continue;
        delete bundle[file];
        const source = gzipSync(output.code ?? output.source, { level: 9 });
        this.emitFile({ type: "asset", fileName: `${file}.gz`, source });
      }
    },
  },
};
