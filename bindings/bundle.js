// Joins a CommonJS package and everything it requires into one file.
//
//   node bundle.js PACKAGE_FOLDER OUTPUT [EXTERNAL ...]
//
// Caller: bindings/assembly.py. One file is read, checked and compiled faster than the ~300 small
// ones that `require("cdktf")` opens. Requires of EXTERNAL packages and of Node's own stay as
// they are: the bundle is a function that is given the `require` to use for them. A require whose argument is not a literal can't be followed: it fails when it runs.
"use strict";
const fs = require("fs");
const path = require("path");
const { builtinModules, createRequire } = require("module");

const [given, output, ...externals] = process.argv.slice(2);
const folder = path.resolve(given);
const outside = new Set([...externals, ...builtinModules, ...builtinModules.map((m) => "node:" + m)]);
const literal = /\brequire\(\s*(["'])([^"'\n]+)\1\s*\)/g;

// Each token of cdktf keeps the stack of its making. Here that stack is jsii's, never the user's
// line, and taking it is a sixth of Node's work.
const replaced = [[/lib\/tokens\/private\/stack-trace\.js$/, "exports.captureStackTrace = () => [];"]];

const ids = new Map(); // file → number
const sources = [];
const links = [];

function add(file) {
  if (ids.has(file)) return ids.get(file);
  const id = sources.length;
  ids.set(file, id);
  sources.push("");
  links.push({});
  const other = replaced.find(([name]) => name.test(file.split(path.sep).join("/")));
  const text = other ? other[1] : fs.readFileSync(file, "utf8").replace(/^\uFEFF?#!.*/, "");
  if (file.endsWith(".json")) {
    sources[id] = `module.exports = ${text}`;
    return id;
  }
  sources[id] = text.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
  for (const [, , name] of text.matchAll(literal)) {
    const top = name.startsWith("@") ? name.split("/").slice(0, 2).join("/") : name.split("/")[0];
    if (outside.has(name) || externals.includes(top)) continue;
    let found;
    try {
      found = createRequire(file).resolve(name);
    } catch {
      continue; // optional: left out of the package, or only named in a comment
    }
    if (found.endsWith(".js") || found.endsWith(".cjs") || found.endsWith(".json")) links[id][name] = add(found);
  }
  return id;
}

const main = add(createRequire(path.join(folder, "package.json")).resolve(folder));
const functions = sources.map((text) => `function (exports, require, module, __filename, __dirname) {${text}\n}`);
fs.writeFileSync(
  output,
  // No "use strict" here: each script says it for itself or means the other.
  `module.exports = (outer) => {
const loaded = [], links = ${JSON.stringify(links)};
function load(id) {
  if (loaded[id]) return loaded[id].exports;
  const module = (loaded[id] = { exports: {}, id, loaded: false, children: [], paths: [] });
  const inner = (name) => (name in links[id] ? load(links[id][name]) : outer(name));
  inner.resolve = outer.resolve;
  inner.cache = outer.cache;
  functions[id].call(module.exports, module.exports, inner, module, __filename, __dirname);
  module.loaded = true;
  return module.exports;
}
return load(${main});
};
const functions = [\n${functions.join(",\n")}\n];
`,
);
