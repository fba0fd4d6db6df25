import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { binaryName, findServer, serverArguments, serverVersion } from "../../src/server.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "accesslens-unit-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** An executable at this place, as the server. */
function server(...parts: string[]): string {
  const path = join(dir, ...parts);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '#!/bin/sh\necho "accesslens 1.2.3 $1"\n');
  chmodSync(path, 0o755);
  return path;
}

/** The search with nothing set and nothing there, but for what is given. */
function find(given: { configured?: string; path?: string }) {
  return findServer({ configured: "", extension: join(dir, "extension"), path: "", ...given });
}

describe("the server is", () => {
  it("the configured one, before the bundled one", () => {
    const configured = server("mine");
    server("extension", "server", binaryName);
    assert.deepEqual(find({ configured }), { found: configured });
  });

  it("the bundled one, before one on the PATH", () => {
    const bundled = server("extension", "server", binaryName);
    server("bin", binaryName);
    assert.deepEqual(find({ path: join(dir, "bin") }), { found: bundled });
  });

  it("the first executable on the PATH", () => {
    mkdirSync(join(dir, "folder", binaryName), { recursive: true });
    chmodSync(server("plain", binaryName), 0o644);
    const runs = server("runs", binaryName);
    server("later", binaryName);
    const path = ["folder", "plain", "runs", "later"].map((it) => join(dir, it)).join(delimiter);
    assert.deepEqual(find({ path }), { found: runs });
  });

  it("not one beside the files, even when the PATH says so", () => {
    server("bin", binaryName);
    const path = ["", ".", relative(process.cwd(), join(dir, "bin"))].join(delimiter);
    assert.equal(find({ path }).found, undefined);
  });
});

describe("a failure says", () => {
  it("every place looked at", () => {
    assert.deepEqual(find({ path: dir }), {
      found: undefined,
      tried: [
        "the setting accesslens.server.path: not set",
        `the server bundled with the extension, ${join(dir, "extension", "server", binaryName)}: no such file`,
        `${binaryName} on the PATH: not found`,
      ],
    });
  });

  const wrong = (configured: string, fault: string) => {
    server("extension", "server", binaryName);
    const tried = [`the setting accesslens.server.path, ${configured}: ${fault}`];
    assert.deepEqual(find({ configured }), { found: undefined, tried });
  };
  it("that the configured file is missing", () => wrong(join(dir, "gone"), "no such file"));
  it("that the configured file is a folder", () => wrong(dir, "not a file"));
  it("that the configured path is relative", () => wrong("bin/accesslens", "not an absolute path"));
  it("that the configured file is not executable", () => {
    const path = server("mine");
    chmodSync(path, 0o644);
    wrong(path, "not executable");
  });
  it("where a path under the home folder leads", () => {
    const path = relative(homedir(), join(dir, "gone"));
    wrong(`~/${path}`, "no such file");
  });
});

it("git is left alone in a workspace that is not trusted", () => {
  assert.ok(serverArguments(false).includes("--no-git"));
  assert.ok(!serverArguments(true).includes("--no-git"));
});

describe("the version", () => {
  it("is what --version prints", async () => {
    assert.equal(await serverVersion(server("mine")), "accesslens 1.2.3 --version");
  });
  it("is an error when the server cannot be run", async () => {
    await assert.rejects(serverVersion(join(dir, "gone")), /ENOENT/);
  });
});
