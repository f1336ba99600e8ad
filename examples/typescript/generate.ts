// Prints operations.ts: each operation of operations.graphql, as a text that knows the types of its variables and result.
import { readFile } from "node:fs/promises";
import { codegen } from "@graphql-codegen/core";
import * as typescriptOperations from "@graphql-codegen/typescript-operations";
import { parse, print, separateOperations, stripIgnoredCharacters } from "graphql";

const SCHEMA = "../../schema/schema.graphql";
const SCALARS = { ID: "string", BigInt: "number", Cursor: "string", Date: "string", DateTime: "string", JSON: "unknown", Upload: "File", URL: "string" };

const read = async (path: string) => parse(await readFile(new URL(path, import.meta.url), "utf8"));
const [schema, document] = await Promise.all([read(SCHEMA), read("operations.graphql")]);

const types = await codegen({
  schema,
  documents: [{ location: "operations.graphql", document }],
  filename: "operations.ts",
  config: {},
  plugins: [{ types: { scalars: SCALARS, strictScalars: true } }],
  pluginMap: { types: typescriptOperations },
});

console.log("// Made by `npm run generate` out of operations.graphql.\n");
console.log("export type Operation<Result, Variables> = string & { readonly types?: (variables: Variables) => Result };\n");
console.log(types);
for (const [name, operation] of Object.entries(separateOperations(document))) {
  const [kind] = operation.definitions.flatMap((part) => (part.kind === "OperationDefinition" ? [part.operation] : []));
  const type = `${name}${kind?.replace(/^./, (letter) => letter.toUpperCase())}`;
  const text = JSON.stringify(stripIgnoredCharacters(print(operation)));
  console.log(`\nexport const ${name}: Operation<${type}, ${type}Variables> =\n  ${text};`);
}
