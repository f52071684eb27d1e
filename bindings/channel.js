// Collects what jsii's kernel answers, until it needs to read again.
//
//   node --require channel.js program.js
//
// Caller: bindings/node.py. Requests come in batches (bindings/ahead.py), and each answer by itself
// would wake Python for nothing. Whoever waits for an answer gets it no later: the kernel reads
// only when it has answered all that it was sent.
"use strict";
const fs = require("fs");

const CHANNEL = 3; // the file descriptor jsii's kernel talks on
const { readSync, writeSync } = fs;
let answers = [];

function flush() {
  if (!answers.length) return;
  const all = Buffer.concat(answers);
  answers = [];
  for (let sent = 0; sent < all.length; ) sent += writeSync(CHANNEL, all, sent);
}

fs.writeSync = (descriptor, buffer, offset, ...rest) => {
  if (descriptor !== CHANNEL) return writeSync(descriptor, buffer, offset, ...rest);
  answers.push(offset ? buffer.subarray(offset) : buffer);
  return buffer.length - (offset || 0);
};

fs.readSync = (descriptor, ...rest) => {
  if (descriptor === CHANNEL) flush();
  return readSync(descriptor, ...rest);
};

process.on("exit", flush);
