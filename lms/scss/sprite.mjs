// Copy the icons named in icons.txt out of the USWDS sprite into ours.
// Usage: node sprite.mjs SOURCE.svg TARGET.svg
import { readFileSync, writeFileSync } from "node:fs";

const [source, target] = process.argv.slice(2);
const symbols = new Map(
  [...readFileSync(source, "utf8").matchAll(/<symbol id="([a-z_0-9]+)"[^>]*>.*?<\/symbol>/gs)]
    .map(([text, name]) => [name, text]),
);
const names = readFileSync(new URL("icons.txt", import.meta.url), "utf8")
  .split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
const missing = names.filter((name) => !symbols.has(name));
if (missing.length) {
  console.error(`Not in the USWDS sprite: ${missing.join(", ")}`);
  process.exit(1);
}
const body = names.map((name) => symbols.get(name)).join("\n");
writeFileSync(target, `<svg xmlns="http://www.w3.org/2000/svg">\n${body}\n</svg>\n`);
