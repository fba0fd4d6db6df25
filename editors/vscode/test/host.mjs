// Runs host/index.cjs inside VS Code's extension host, where the real `vscode` API is.
//
// host/index.cjs keeps the contract of @vscode/test-electron (an exported run()), so it also runs in a
// desktop VS Code: code --extensionDevelopmentPath=editors/vscode --extensionTestsPath=editors/vscode/test/host/index.cjs
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startVSCode } from "./driver.mjs";

const here = import.meta.dirname;
const workspace = fs.mkdtempSync(path.join(os.tmpdir(), "accesslens-workspace-"));
for (const name of ["policy.json", "guarded.json", "guarded.access.jsonc"]) {
  fs.copyFileSync(path.join(here, "../../test", name), path.join(workspace, name));
}
const vs = await startVSCode({ workspace, settings: { "accesslens.server.path": process.env.ACCESSLENS_SERVER } });
let outcome = "no answer within 60 s";
try {
  const { promise: ended, resolve } = Promise.withResolvers();
  await vs.page.exposeFunction("codeAutomationExit", resolve);
  vs.page.on("console", (message) => {
    const at = message.text().indexOf("[host] ");
    if (at >= 0) {
      console.log(message.text().slice(at + "[host] ".length));
    }
  });
  // What a desktop VS Code takes from its command line, a web workbench takes from its page's settings.
  const remote = (it) => ({
    scheme: "vscode-remote",
    authority: new URL(vs.origin).host,
    path: path.resolve(here, it),
  });
  await vs.page.addInitScript(
    (options) =>
      new MutationObserver((_, observer) => {
        const meta = document.getElementById("vscode-workbench-web-configuration");
        if (meta) {
          observer.disconnect();
          const settings = JSON.parse(meta.getAttribute("data-settings"));
          settings.developmentOptions = { ...settings.developmentOptions, ...options };
          meta.setAttribute("data-settings", JSON.stringify(settings));
        }
      }).observe(document, { childList: true, subtree: true }),
    { extensions: [remote("..")], extensionTestsPath: remote("host/index.cjs") },
  );
  await vs.page.goto(`${vs.origin}/?folder=${encodeURIComponent(vs.root)}`);
  outcome = await Promise.race([ended, sleep(60_000, outcome)]);
} finally {
  if (outcome !== 0 && process.env.OUT) {
    await vs.screenshot(path.join(process.env.OUT, "vscode-host-failure.png"));
  }
  await vs.close();
  fs.rmSync(workspace, { recursive: true });
}
if (outcome !== 0) {
  console.error(`host tests failed: ${outcome}`);
}
process.exit(outcome === 0 ? 0 : 1);
