import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { it } from "node:test";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const manifest = JSON.parse(read("package.json"));
const source = ["commands", "extension", "page", "pick", "server", "simulate"]
  .map((it) => read(`src/${it}.ts`))
  .join("\n");
const settings = manifest.contributes.configuration.properties;

it("every contributed command is in the source", () => {
  for (const { command } of manifest.contributes.commands) {
    assert.ok(read("src/commands.ts").includes(`"${command}":`), command);
  }
});

it("every command the source names is contributed", () => {
  const contributed = manifest.contributes.commands.map((it: { command: string }) => it.command);
  for (const [, command] of source.matchAll(/"(accesslens\.(?:restart|show\w*|set\w*|simulate))"/g)) {
    assert.ok(contributed.includes(command), command);
  }
});

it("a workspace that is not trusted cannot choose the program to run", () => {
  assert.equal(settings["accesslens.server.path"].scope, "machine-overridable");
  assert.deepEqual(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations, ["accesslens.server.path"]);
});

it("nothing is installed beside the extension's one file", () => {
  assert.equal(manifest.dependencies, undefined);
  assert.equal(manifest.optionalDependencies, undefined);
});

it("the kinds offered by the command are those of the setting", () => {
  const offered = [...read("src/commands.ts").matchAll(/\{ label: "([\w-]+)"/g)].map((it) => it[1]);
  assert.deepEqual(offered, settings["accesslens.policyKinds"].additionalProperties.enum);
});

it("every setting is described and has a default", () => {
  for (const [name, it] of Object.entries<Record<string, unknown>>(settings)) {
    assert.ok(it.description ?? it.markdownDescription, name);
    assert.notEqual(it.default, undefined, name);
  }
});

it("the version is the server's", () => {
  const cargo = readFileSync(new URL("../../../../Cargo.toml", import.meta.url), "utf8");
  assert.equal(manifest.version, /^version = "(.*)"$/m.exec(cargo)?.[1]);
});

it("the icon is there and is a PNG of 128 by 128", () => {
  const png = readFileSync(new URL(`../../${manifest.icon}`, import.meta.url));
  assert.deepEqual([png.toString("latin1", 1, 4), png.readUInt32BE(16), png.readUInt32BE(20)], ["PNG", 128, 128]);
});

it("the lock files name no registry, and the packages of every platform", () => {
  for (const lock of ["package-lock.json", "test/package-lock.json"]) {
    assert.doesNotMatch(read(lock), /"resolved"/, lock);
    const packages: Record<string, { optionalDependencies?: object }> = JSON.parse(read(lock)).packages;
    for (const [path, { optionalDependencies }] of Object.entries(packages)) {
      for (const name of Object.keys(optionalDependencies ?? {})) {
        const found = packages[`node_modules/${name}`] ?? packages[`${path}/node_modules/${name}`];
        assert.ok(found, `${lock}: ${name}`);
      }
    }
  }
});
