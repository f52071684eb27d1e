// The resources of one infrastructure in CDKTF's own language, N times, in one App.
//
//   node main.js SPECIFICATION OUTPUT N
//
// Caller: benchmarks/run. The specification is made from what Groundplan synthesized
// (benchmarks/specification.py): stacks with, for each resource, its module, class, id and typed
// configuration. References are already `${...}` text, so no attribute is read here: this is the
// least that a program written by hand would do.
"use strict";
const fs = require("fs");
const cdktf = require("cdktf");

const [file, outdir, count] = process.argv.slice(2);
const { stacks } = JSON.parse(fs.readFileSync(file, "utf8"));
const app = new cdktf.App({ outdir });

for (let number = 0; number < Number(count); number++) {
  for (const { name, elements, overrides } of stacks) {
    const stack = new cdktf.TerraformStack(app, number ? `${name}-${number}` : name);
    for (const [index, { module, type, id, config, overrides }] of elements.entries()) {
      const Element = require(module)[type];
      // Unique by its place: an output and a resource may have the same name. A backend has none.
      const element = type.endsWith("Backend") ? new Element(stack, config) : new Element(stack, `e${index}`, config);
      if (id !== null) element.overrideLogicalId(id);
      for (const [path, value] of overrides) element.addOverride(path, value);
    }
    for (const [path, value] of overrides) stack.addOverride(path, value);
  }
}
app.synth();
