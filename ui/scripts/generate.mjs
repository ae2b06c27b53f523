// Writes src/generated/types.ts and operations.ts from schema.json, which Rust writes from its table of operations.
// The files are committed; nobody edits them.

import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "src", "generated");
const { operations, schemas } = JSON.parse(await readFile(join(folder, "schema.json"), "utf8"));

const primitives = { string: "string", number: "number", integer: "number", boolean: "boolean", null: "null" };

const comment = (text) => (text ? `/** ${text.replace(/\s+/g, " ").replaceAll("*/", "")} */\n` : "");

/** The TypeScript of one schema. Only the forms that the Rust side writes are known; another one is an error, not `any`. */
function typeOf(schema) {
  if (schema === true || Object.keys(schema).every((key) => ["description", "title", "default"].includes(key))) return "unknown";
  const parts = [];
  if (schema.$ref) parts.push(schema.$ref.split("/").pop());
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  for (const union of [schema.oneOf, schema.anyOf]) if (union) parts.push(`(${union.map(typeOf).join(" | ")})`);
  if (schema.allOf) parts.push(...schema.allOf.map(typeOf));
  if (schema.properties) parts.push(shapeOf(schema));
  else if (schema.additionalProperties === false) parts.push(shapeOf({ properties: {} }));
  else if (schema.type && !schema.oneOf)
    parts.push(
      [schema.type]
        .flat()
        .map((type) => simple(type, schema))
        .join(" | "),
    );
  if (parts.length === 0) throw new Error(`This schema has a form that the generator does not know: ${JSON.stringify(schema)}`);
  return parts.join(" & ");
}

function simple(type, schema) {
  if (type === "array") return `Array<${typeOf(schema.items ?? true)}>`;
  if (type === "object") return `Record<string, ${typeOf(schema.additionalProperties || true)}>`;
  return primitives[type];
}

function shapeOf({ properties, required = [] }) {
  if (Object.keys(properties).length === 0) return "Record<string, never>";
  const lines = Object.entries(properties).map(
    ([name, schema]) => `${comment(schema.description)}${JSON.stringify(name)}${required.includes(name) ? "" : "?"}: ${typeOf(schema)};`,
  );
  return `{\n${lines.join("\n")}\n}`;
}

const banner = "// Generated from schema.json by scripts/generate.mjs. Do not edit.\n\n";
const types = Object.entries(schemas).map(([name, schema]) => `${comment(schema.description)}export type ${name} = ${typeOf(schema)};\n`);

const named = new Set(operations.flatMap(({ request, response, part }) => [request, response, part].filter(Boolean)));
const tags = [...new Set(operations.flatMap(({ shows, spoils }) => [...shows, ...spoils]))].sort();
const rows = operations.map(
  ({ name, doc, stream, shows, spoils }) => `${comment(doc)}${name}: ${JSON.stringify({ stream, shows, spoils })},`,
);
const signatures = operations.map(
  ({ name, request, response, part }) => `${name}: { request: ${request}; response: ${response}; part: ${part ?? "never"} };`,
);

const table = `${banner}import type { ${[...named].sort().join(", ")} } from "./types";

/** The kinds of state that operations show and change. */
export const tags = ${JSON.stringify(tags)} as const;

/** Every operation: whether its answer is streamed, what it shows, what it spoils. */
export const operations = {
${rows.join("\n")}
} as const;

/** What every operation takes and gives. */
export interface Signatures {
${signatures.join("\n")}
}
`;

await writeFile(join(folder, "types.ts"), banner + types.join("\n"));
await writeFile(join(folder, "operations.ts"), table);
execFileSync("npx", ["biome", "check", "--write", folder], { stdio: "inherit" });
