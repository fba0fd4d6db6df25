#!/usr/bin/env node
// Starts the accesslens of this platform, which npm installed beside this package. Nothing is downloaded.
"use strict";
const { spawn } = require("node:child_process");
const { constants } = require("node:os");

const platform = `${process.platform}-${process.arch}`;
const name = process.platform === "win32" ? "accesslens.exe" : "accesslens";
let program;
try {
  program = require.resolve(`@accesslens/${platform}/bin/${name}`);
} catch {
  console.error(`accesslens: error: the package @accesslens/${platform} is not installed; \
install with optional dependencies, or see the README for platforms that have one`);
  process.exit(2);
}

const child = spawn(program, process.argv.slice(2), { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => child.kill(signal));
}
child.on("error", (error) => {
  console.error(`accesslens: error: ${program} cannot be started: ${error.message}`);
  process.exitCode = 2;
});
child.on("exit", (code, signal) => {
  process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
});
