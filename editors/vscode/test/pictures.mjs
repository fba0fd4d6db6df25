// The pictures of the READMEs: seed policies, a scenario and a simulated request in a real VS Code, as a user sees them.
//
//   node pictures.mjs VSIX SEEDS OUT      run through editors/screenshots.sh
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { startVSCode } from "./driver.mjs";

const [vsix, seeds, out] = process.argv.slice(2);
const tmp = fs.mkdtempSync(path.join(os.tmpdir(), "accesslens-pictures-"));
const workspace = path.join(tmp, "policies"); // its name is in the pictures
fs.mkdirSync(workspace);
for (const name of ["S04.json", "S05.json"]) {
  fs.copyFileSync(path.join(seeds, name), path.join(workspace, name));
}
const tests = path.join(import.meta.dirname, "../../test");
for (const name of ["guarded.json", "guarded.access.jsonc"]) {
  fs.copyFileSync(path.join(tests, name), path.join(workspace, name));
}
const { simulate } = JSON.parse(fs.readFileSync(path.join(tests, "expected.json"), "utf8"));
const settings = {
  "accesslens.server.path": process.env.ACCESSLENS_SERVER,
  "breadcrumbs.enabled": false,
  "editor.hover.delay": 100,
  "editor.inlayHints.enabled": "on",
  "editor.stickyScroll.enabled": false,
  "workbench.activityBar.location": "hidden",
  "workbench.sideBar.location": "right",
};
const vs = await startVSCode({ vsix, workspace, settings });

/** Waits until the picture stays as it is, and saves it. */
async function shot(name) {
  let last;
  await vs.until(`${name} to come to rest`, async () => {
    const now = await vs.page.screenshot();
    const same = last?.equals(now);
    last = now;
    await vs.page.waitForTimeout(400);
    return same;
  });
  fs.writeFileSync(path.join(out, `vscode-${name}.png`), last);
  console.log(`vscode-${name}.png, ${Math.ceil(last.length / 1000)} kB`);
}

async function open(file, height, lens, hasFault = true) {
  await vs.page.setViewportSize({ width: 1200, height });
  await vs.open(file);
  await vs.until("the lenses", async () => (await vs.codeLenses()).some((it) => it.includes(lens)));
  await vs.until("a squiggle", () => !hasFault || vs.squiggles());
  if (await vs.page.locator(".part.sidebar").isVisible()) {
    await vs.command("View: Toggle Primary Side Bar Visibility");
  }
  await vs.goto(1, 1);
}

/** Goes just behind the text. */
async function go(file, text) {
  const policy = fs.readFileSync(path.join(workspace, file), "utf8");
  const lines = policy.slice(0, policy.indexOf(text) + text.length).split("\n");
  await vs.goto(lines.length, lines.at(-1).length + 1);
}

try {
  await open("S04.json", 820, "InstanceTypes");
  await shot("S04");
  await go("S04.json", '"sagemaker:CreateNotebook');
  await vs.hover("Write");
  await shot("hover");
  await vs.key("Escape");
  await go("S04.json", '"sagemaker:Instance');
  await vs.quickFixes("to a statement without the condition");
  await shot("quick-fix");
  await vs.key("Escape");

  await open("S05.json", 660, "Deny");
  await shot("S05");

  await open("guarded.access.jsonc", 660, "expected allowed");
  await shot("scenario");

  await open("guarded.json", 640, "Deny", false);
  await go("guarded.json", simulate.at);
  await vs.command("accesslens: Simulate a Request Here");
  await vs.choice("Who asks?", simulate.principal);
  await vs.choice("For which action?", simulate.action);
  await vs.choice(`${simulate.action} on what?`, simulate.resource);
  const [, { choice, answer }] = simulate.values;
  await vs.choice(simulate.key, choice);
  await vs.pageText(answer);
  await vs.page.mouse.move(400, 624); // away from what lights up under it
  await shot("simulate");
} finally {
  await vs.close();
  fs.rmSync(tmp, { recursive: true });
}
