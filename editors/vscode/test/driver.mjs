// Starts a real VS Code (get-vscode.sh) and drives it in a headless Chromium, by what is on the screen.
//
// Profile, extensions, settings and browser profile live in a fresh temporary folder, removed by close().
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";

const quiet = {
  "chat.disableAIFeatures": true,
  "editor.accessibilitySupport": "off",
  "editor.cursorBlinking": "solid",
  "editor.minimap.enabled": false,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "files.autoSave": "off",
  "git.enabled": false,
  "security.workspace.trust.banner": "never",
  "security.workspace.trust.startupPrompt": "never",
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "window.menuBarVisibility": "compact",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

/** Folders and programs come from the environment; run.sh sets it. */
function fromEnv(name) {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set; run this through run.sh`);
  }
  return value;
}

/**
 * `vsix`: a package to install. `workspace`: the folder to open. `settings`: the user's.
 * `trusted`: whether the workspace is trusted from the start.
 */
export async function startVSCode({ vsix, workspace, settings = {}, trusted = true, timeout = 30_000 }) {
  const tmp = fs.mkdtempSync(path.join(os.tmpdir(), "accesslens-vscode-"));
  const logFile = path.join(tmp, "code-server.log");
  const bin = path.join(fromEnv("VSCODE_DIR"), "bin/code-server");
  const data = path.join(tmp, "data");
  // In a window whose extension host is remote, as here, settings of the machine live in a file of their own.
  for (const level of ["User", "Machine"]) {
    fs.mkdirSync(path.join(data, level), { recursive: true });
    fs.writeFileSync(path.join(data, level, "settings.json"), JSON.stringify({ ...quiet, ...settings }));
  }
  const common = ["--config", path.join(tmp, "config.yaml"), "--user-data-dir", data];
  common.push("--extensions-dir", path.join(tmp, "extensions"));
  const env = { ...process.env, HOME: tmp, EXTENSIONS_GALLERY: "{}" };
  if (vsix) {
    execFileSync(bin, [...common, "--install-extension", path.resolve(vsix)], { env, stdio: "pipe" });
  }

  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const log = fs.openSync(logFile, "w");
  const args = [...common, "--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-telemetry"];
  args.push("--disable-update-check", "--disable-getting-started-override");
  if (trusted) {
    args.push("--disable-workspace-trust");
  }
  const server = spawn(bin, args, { env, stdio: ["ignore", log, log], detached: true });
  const up = async () => (await fetch(`${origin}/healthz`).catch(() => undefined))?.ok;
  for (const end = Date.now() + timeout; !(await up()); await sleep(100)) {
    if (Date.now() > end || server.exitCode !== null) {
      throw new Error(`code-server did not start: ${fs.readFileSync(logFile, "utf8").slice(-2000)}`);
    }
  }

  const context = await chromium.launchPersistentContext(path.join(tmp, "browser"), {
    executablePath: fromEnv("CHROMIUM"),
    headless: true,
    viewport: { width: 1100, height: 640 },
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
  });
  const page = context.pages()[0];
  page.setDefaultTimeout(timeout);

  async function close() {
    await context.close();
    try {
      process.kill(-server.pid, "SIGTERM"); // the group: code-server and its extension hosts
      if (server.exitCode === null && server.signalCode === null) {
        await once(server, "exit");
      }
    } catch (error) {
      if (error.code !== "ESRCH") {
        throw error;
      }
    }
    fs.rmSync(tmp, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
  const root = fs.realpathSync(workspace);
  const codeServerLog = () => fs.readFileSync(logFile, "utf8");
  return { page, origin, root, data, close, codeServerLog, ...screen(page, timeout), open };

  async function open(file) {
    const payload = JSON.stringify([["openFile", `vscode-remote://127.0.0.1:${port}${path.join(root, file)}`]]);
    await page.goto(`${origin}/?folder=${encodeURIComponent(root)}&payload=${encodeURIComponent(payload)}`);
    await page.waitForSelector(".monaco-editor .view-line");
  }
}

/** What a person does and sees. Each read waits until there is something to read. */
function screen(page, timeout) {
  const texts = async (selector) => (await page.locator(selector).allInnerTexts()).map(plain);
  const key = (name) => page.keyboard.press(name);
  const inPage = () => page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");

  async function until(what, read) {
    let last;
    for (const end = Date.now() + timeout; Date.now() < end; await sleep(50)) {
      try {
        last = await read();
        if (last) {
          return last;
        }
      } catch (error) {
        last = error.message;
      }
    }
    throw new Error(`timed out waiting for ${what}; last seen: ${JSON.stringify(last)}`);
  }
  const some = (what, selector) =>
    until(what, async () => {
      const found = await texts(selector);
      return found.length > 0 && found;
    });

  return {
    until,
    key,
    type: (text) => page.keyboard.type(text, { delay: 25 }),
    async goto(line, column) {
      await key("Control+g");
      await page.locator(".quick-input-box input").fill(`:${line}:${column}`);
      await key("Enter");
      await page.locator(".quick-input-widget").waitFor({ state: "hidden" }); // it previews the place before it is left
      const at = `Ln ${line}, Col ${column}`;
      await page.locator(".editor-instance .monaco-editor.focused").waitFor();
      await until(at, async () => (await texts("#status\\.editor\\.selection"))[0]?.includes(at));
    },
    async command(title) {
      await key("F1");
      await page.locator(".quick-input-box input").fill(`>${title}`);
      await page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first().click();
    },
    async pick(label) {
      await page.locator(".quick-input-list .monaco-list-row", { hasText: label }).first().click();
    },
    async answer(read) {
      const box = page.locator(".quick-input-widget:visible .quick-input-box input");
      await until("the input box", async () => (await page.locator(".quick-input-list:visible").count()) === 0);
      const proposed = await box.inputValue();
      await box.fill(read(proposed));
      await key("Enter");
    },
    /** Types an answer to a step of a dialog, and takes the first item once it is that. */
    async choice(question, answer) {
      const box = page.locator(`.quick-input-widget:visible .quick-input-box input[placeholder^="${question}"]`);
      await box.fill(answer);
      await until(`the item ${answer}`, async () => {
        const [first] = await texts(".quick-input-list .monaco-list-row.focused .label-name");
        return first === answer;
      });
      await key("Enter");
    },
    /** The text of the page beside the editor, once it has the text that is waited for. */
    pageText: (wanted) =>
      until(`a page with "${wanted}"`, async () => {
        const shown = await inPage().locator("body").innerText();
        return shown.includes(wanted) && plain(shown);
      }),
    pageLink: (text) => inPage().locator("a", { hasText: text }).first().click(),
    position: async () => (await texts("#status\\.editor\\.selection"))[0] ?? "",
    /** What is shown on hovering at the cursor, once it has the text that is waited for. */
    async hover(wanted) {
      await key("Control+k");
      await key("Control+i");
      return until(`a hover with "${wanted}"`, async () => {
        const shown = (await texts(".monaco-hover:not(.hidden) .hover-contents")).join("\n");
        return shown.includes(wanted) && shown;
      });
    },
    /** The completion list, once it has the item that is waited for. */
    completions: (wanted) =>
      until(`a completion list with ${wanted}`, async () => {
        const found = await texts(".suggest-widget.visible .monaco-list-row .label-name");
        return found.includes(wanted) && found;
      }),
    accept: (item) => page.locator(".suggest-widget.visible .monaco-list-row", { hasText: item }).first().click(),
    /** Opens the menu at the cursor, and opens it again as long as it is without the fix that is waited for. */
    async quickFixes(wanted) {
      for (let attempt = 1; ; attempt += 1) {
        await key("Control+.");
        const menu = page.locator(".action-widget .monaco-list-row.action .title", { hasText: wanted });
        const shown = await menu
          .first()
          .waitFor({ timeout: 3_000 })
          .then(
            () => true,
            () => false,
          );
        if (shown || attempt === 4) {
          return texts(".action-widget .monaco-list-row.action .title");
        }
        await key("Escape");
      }
    },
    choose: (title) => page.locator(".action-widget .monaco-list-row.action", { hasText: title }).first().click(),
    codeLenses: () => some("a code lens", ".codelens-decoration > *"),
    /** What the `{}` of the status bar tells when pointed at. */
    async languageStatus() {
      await page.locator("#status\\.languageStatus").hover();
      return (await some("the language status", ".hover-language-status")).join(" | ").replace(/\s+/g, " ");
    },
    async trust() {
      await key("F1");
      await page.locator(".quick-input-box input").fill(">Workspaces: Manage Workspace Trust");
      await key("Enter");
      await page
        .locator(".workspace-trust-editor .monaco-button", { hasText: /^Trust$/ })
        .first()
        .click();
    },
    notifications: () => texts(".notification-list-item-message"),
    notification: (text) =>
      until(`a notification with "${text}"`, async () =>
        (await texts(".notification-list-item-message")).find((it) => it.includes(text)),
      ),
    /** The visible lines as drawn, inlay hints included. */
    async lines() {
      const rows = await page
        .locator(".editor-instance .view-line")
        .evaluateAll((rows) => rows.map((row) => [Number.parseInt(row.style.top, 10) || 0, row.textContent]));
      return rows.sort((a, b) => a[0] - b[0]).map((row) => plain(row[1]));
    },
    squiggles: (severity = "error") => page.locator(`.squiggly-${severity}`).count(),
    screenshot: (file) => page.screenshot({ path: file }),
  };
}

const plain = (text) => text.replaceAll("\u00a0", " ");

async function freePort() {
  const probe = net.createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}
