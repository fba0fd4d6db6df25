// What a person sees: the packaged extension, with the server inside it, in a real VS Code.
//
// The workspace is not trusted and names a server of its own: until it is trusted, that one must not run.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { startVSCode } from "./driver.mjs";

const [vsix, out] = process.argv.slice(2);
const here = path.join(import.meta.dirname, "../../test");
const expected = JSON.parse(fs.readFileSync(path.join(here, "expected.json"), "utf8"));
const policy = fs.readFileSync(path.join(here, "policy.json"), "utf8");

const workspace = fs.mkdtempSync(path.join(os.tmpdir(), "accesslens-workspace-"));
const settingsFile = path.join(workspace, ".vscode/settings.json");
const strange = path.join(workspace, "strange-server");
fs.mkdirSync(path.dirname(settingsFile));
fs.writeFileSync(settingsFile, JSON.stringify({ "accesslens.server.path": strange }));
fs.writeFileSync(path.join(workspace, "policy.json"), policy);
fs.copyFileSync(path.join(here, "guarded.json"), path.join(workspace, "guarded.json"));

const from = Date.now();
const vs = await startVSCode({ vsix, workspace, trusted: false, settings: { "editor.inlayHints.enabled": "on" } });
const seen = (what) => console.log(`${((Date.now() - from) / 1000).toFixed(1).padStart(5)} s  ${what}`);
const shot = (name) => vs.screenshot(path.join(out, `vscode-${name}.png`));
const lineWith = (text) =>
  vs.until(`a line with ${text}`, async () => (await vs.lines()).find((it) => it.includes(text)));

/** Line and column, one-based, just after the first occurrence of the text. */
function after(text) {
  const at = policy.indexOf(text);
  assert.ok(at >= 0, `policy.json has no ${text}`);
  const lines = policy.slice(0, at + text.length).split("\n");
  return [lines.length, lines.at(-1).length + 1];
}

try {
  await vs.open("policy.json");
  const faults = await vs.until("a squiggle", () => vs.squiggles());
  seen(`squiggle: ${faults}`);

  const lenses = await vs.until("the code lens", async () => {
    const all = await vs.codeLenses();
    return all.some((it) => it.includes(expected.lens.contains)) && all;
  });
  seen(`code lens: ${lenses.join(" | ")}`);

  const hinted = await vs.until("the inlay hint", async () =>
    (await vs.lines()).find((it) => {
      const at = it.indexOf(expected.hint.at.slice(0, -1));
      return at >= 0 && it.slice(at).includes(expected.hint.contains);
    }),
  );
  seen(`inlay hint: ${hinted.trim()}`);
  await shot("1-lens-hint-squiggle");

  const [line, column] = after(expected.hover.at);
  await vs.goto(line, column - 3);
  const hover = await vs.hover(expected.hover.contains);
  seen(`hover: ${JSON.stringify(hover.slice(0, 100))}`);
  await shot("2-hover");
  await vs.key("Escape");

  const { before, typed, item, after: completed } = expected.completion;
  await vs.goto(...after(before.slice(0, -1)));
  await vs.type(`, "${typed}`);
  const list = await vs.completions(item);
  seen(`completion: ${list.slice(0, 5).join(", ")}`);
  await shot("3-completion");
  await vs.accept(item);
  // An inlay hint may stand between the item before and this one.
  const line2 = await lineWith(`"${item}"`);
  assert.ok(
    line2
      .trimEnd()
      .replace(/,$/, "")
      .endsWith(completed.slice(completed.lastIndexOf(`"${item}"`))),
    line2,
  );
  seen(`accepted: ${line2.trim()}`);
  await vs.key("Escape");

  const [faultLine, faultColumn] = after(expected.diagnostic.at);
  await vs.goto(faultLine, faultColumn - 1);
  const fixes = await vs.quickFixes(expected.fix.title);
  assert.ok(fixes.includes(expected.fix.title), fixes.join(" | "));
  seen(`quick fixes: ${fixes.join(" | ")}`);
  await shot("4-quick-fix");
  await vs.choose(expected.fix.title);
  await lineWith(expected.fix.after);
  await vs.until("one squiggle less", async () => (await vs.squiggles()) < faults);
  seen("fix applied, squiggle gone");
  await shot("5-fixed");
  await vs.key("Control+s");
  const saved = policy.replace(expected.fix.before, expected.fix.after).replace(before, completed);
  await vs.until("the saved text", () => fs.readFileSync(path.join(workspace, "policy.json"), "utf8") === saved);
  seen("saved text is right");

  const status = await vs.languageStatus();
  assert.match(status, /accesslens [0-9].*running/);
  seen(`status: ${status}`);
  await shot("6-status");

  await vs.command("accesslens: Show Version");
  seen(`version: ${await vs.notification("accesslens ")}`);

  await vs.command("accesslens: Set Policy Kind for This File");
  await vs.pick("boundary");
  await vs.answer((proposed) => {
    assert.equal(proposed, "./policy.json");
    return "policy.*";
  });
  const kinds = () => JSON.parse(fs.readFileSync(settingsFile, "utf8"))["accesslens.policyKinds"];
  await vs.until("the policy kind in the settings", () => kinds()?.["policy.*"] === "boundary");
  seen(`settings: ${JSON.stringify(kinds())}`);

  await vs.open("guarded.json");
  await vs.until("the lenses", async () => (await vs.codeLenses()).length > 0);
  const { principal, action, resource, key, values } = expected.simulate;
  await vs.command("accesslens: Simulate a Request Here");
  for (const [question, answer] of [
    ["Who asks?", principal],
    ["For which action?", action],
    [`${action} on what?`, resource],
    [key, values[0].choice],
  ]) {
    await vs.choice(question, answer);
  }
  const told = await vs.pageText(values[0].answer);
  seen(`simulated: ${told.slice(0, 60)}`);
  await shot("7-simulated");
  await vs.pageLink("OnlyFromOurVpc");
  await vs.until("the statement", async () => (await vs.position()).startsWith("Ln 11,"));
  seen("link followed to line 11");

  await vs.command("Notifications: Clear All Notifications");
  await vs.trust();
  seen(`trusted: ${await vs.notification(strange)}`);
  await shot("8-no-server");
  const others = (await vs.notifications()).filter((it) => !it.includes(strange));
  assert.deepEqual(others, []);
} catch (error) {
  await shot("failure");
  console.error(vs.codeServerLog().slice(-1500));
  throw error;
} finally {
  await vs.close();
  fs.rmSync(workspace, { recursive: true });
}
seen("closed");
