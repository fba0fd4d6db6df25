// What VS Code gets from the server through the client, asked by VS Code's own provider commands.
const assert = require("node:assert/strict");
const path = require("node:path");
const vscode = require("vscode");
const expected = require(path.resolve(__dirname, "../../../test/expected.json"));

exports.run = async () => {
  let n = 0;
  for (const [name, test] of Object.entries(tests)) {
    try {
      await test();
      n += 1;
      console.log(`[host] ok   ${name}`);
    } catch (error) {
      console.log(`[host] FAIL ${name}: ${error.stack}`);
      throw error;
    }
  }
  console.log(`[host] ${n} passed in VS Code ${vscode.version}`);
};

const tests = {
  async "activates on a policy"() {
    const [uri] = await vscode.workspace.findFiles("policy.json");
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
    const extension = vscode.extensions.getExtension("accesslens.accesslens");
    await until("activation", () => extension.isActive);
  },

  async "has every contributed command"() {
    const contributed = vscode.extensions.getExtension("accesslens.accesslens").packageJSON.contributes.commands;
    const known = await vscode.commands.getCommands(true);
    assert.deepEqual(
      contributed.map((it) => it.command).filter((it) => !known.includes(it)),
      [],
    );
  },

  async "shows the diagnostic"() {
    const it = await until("diagnostic", fault);
    assert.equal(document().getText(it.range), expected.diagnostic.at);
    assert.equal(it.message, expected.diagnostic.message);
    assert.equal(it.severity, vscode.DiagnosticSeverity.Error);
  },

  async hovers() {
    const hovers = await ask("vscode.executeHoverProvider", place(expected.hover.at));
    const text = hovers.flatMap((it) => it.contents.map((part) => part.value)).join("\n");
    assert.ok(text.includes(expected.hover.contains), text);
  },

  async "completes over the whole string"() {
    const { before, typed, item, after } = expected.completion;
    const start = document().getText().indexOf(before) + before.length - 1;
    await edit((it) => it.insert(document().positionAt(start), `, "${typed}"`));
    const cursor = document().positionAt(start + `, "${typed}`.length);
    const list = await ask("vscode.executeCompletionItemProvider", cursor);
    const found = list.items.find((it) => it.label === item || it.label.label === item);
    assert.ok(found, `no ${item} among ${list.items.length} items`);
    await edit((it) => it.replace(found.range.replacing ?? found.range, String(found.insertText ?? item)));
    assert.ok(document().getText().includes(after), document().getText());
    await vscode.commands.executeCommand("workbench.action.files.revert");
    await until("revert", () => document().getText().includes(before));
  },

  async "draws code lenses and inlay hints"() {
    const lenses = await until("code lens", async () => {
      const it = await ask("vscode.executeCodeLensProvider", 20);
      return it.length > 0 && it;
    });
    const titles = lenses.map((it) => it.command?.title ?? "");
    assert.ok(
      titles.some((it) => it.includes(expected.lens.contains)),
      titles.join(" | "),
    );
    const hints = await ask("vscode.executeInlayHintProvider", everything());
    const at = place(expected.hint.at).translate(0, expected.hint.at.length - 1);
    const labels = hints
      .filter((it) => Math.abs(it.position.compareTo(at)) <= 1 && it.position.line === at.line)
      .map(label);
    assert.ok(
      labels.some((it) => it.includes(expected.hint.contains)),
      `${hints.map(label)}`,
    );
  },

  async "obeys a setting changed while running"() {
    const settings = vscode.workspace.getConfiguration("accesslens");
    await settings.update("rules", { [expected.diagnostic.code]: "off" }, vscode.ConfigurationTarget.Workspace);
    await until("silence", () => fault() === undefined);
    await settings.update("rules", undefined, vscode.ConfigurationTarget.Workspace);
    await until("diagnostic", fault);
  },

  async "finds the fault again after a restart"() {
    await vscode.commands.executeCommand("accesslens.restart");
    await until("diagnostic", fault);
  },

  async "applies the quick fix"() {
    const actions = await ask("vscode.executeCodeActionProvider", fault().range);
    const fix = actions.find((it) => it.title === expected.fix.title);
    assert.ok(fix, `no fix among: ${actions.map((it) => it.title).join(" | ")}`);
    assert.ok(fix.isPreferred);
    const resolved = fix.edit ? fix : await resolveFix();
    assert.ok(await vscode.workspace.applyEdit(resolved.edit));
    assert.ok(document().getText().includes(expected.fix.after), document().getText());
    await until("silence", () => fault() === undefined);
  },

  async "is silent on JSON that is no policy"() {
    const other = await vscode.workspace.openTextDocument({ language: "json", content: expected.noPolicy });
    await vscode.window.showTextDocument(other);
    // The answer to a later request comes after any diagnostics of the opening.
    const symbols = await vscode.commands.executeCommand("vscode.executeCodeLensProvider", other.uri);
    assert.deepEqual(symbols, []);
    const ours = vscode.languages.getDiagnostics(other.uri).filter((it) => it.source === "accesslens");
    assert.deepEqual(ours, []);
  },

  async "shows a scenario's lens and what was not expected"() {
    const scenario = await open("guarded.access.jsonc");
    assert.equal(scenario.languageId, "jsonc");
    const other = await vscode.workspace.openTextDocument(
      scenario.uri.with({ scheme: "untitled", path: "/a.access.json" }),
    );
    assert.equal(other.languageId, "jsonc");
    const { lens, code, message } = expected.scenario;
    const found = await until("diagnostic", () => ours(scenario.uri).find((it) => it.code === code));
    assert.ok(found.message.startsWith(message), found.message);
    await until("lens", async () => {
      const lenses = await vscode.commands.executeCommand("vscode.executeCodeLensProvider", scenario.uri, 20);
      return lenses.some((it) => it.command?.title.includes(lens));
    });
  },

  async "simulates a request"() {
    const { at, principal, action, resource, key, values, link } = expected.simulate;
    const policy = await open("guarded.json");
    const start = policy.positionAt(policy.getText().indexOf(at));
    vscode.window.activeTextEditor.selection = new vscode.Selection(start, start);
    const { createWebviewPanel } = vscode.window;
    const pages = [];
    vscode.window.createWebviewPanel = (...options) => {
      pages.push(createWebviewPanel(...options));
      return pages.at(-1);
    };
    for (const { choice, typed, answer } of values) {
      const asked = await simulateWith([principal, action, resource, choice ?? typed]);
      assert.equal(asked.at(-1), key);
      const [heading] = /<h1.*?<\/h1>/s.exec(pages[0].webview.html);
      assert.ok(heading.replaceAll("&quot;", '"').includes(answer), heading);
    }
    vscode.window.createWebviewPanel = createWebviewPanel;
    assert.equal(pages.length, 1, "the page is used again");
    const commands = [...pages[0].webview.html.matchAll(/href="command:accesslens\.openStatement\?([^"]*)"/g)];
    const targets = commands.map(([, it]) => JSON.parse(decodeURIComponent(it)));
    const target = targets.find(([uri, line]) => `${uri}#L${line}`.endsWith(link));
    assert.ok(target, `${targets}`);
    await vscode.commands.executeCommand("accesslens.openStatement", ...target);
    const { document, selection } = vscode.window.activeTextEditor;
    assert.deepEqual([document, selection.start.line + 1], [policy, target[1]]);
    const asked = await simulateWith([principal, action]);
    assert.equal(asked.length, 3, "leaving the third step ends the dialog");

    const { message, answer } = expected.denied;
    await vscode.env.clipboard.writeText(message);
    await vscode.commands.executeCommand("accesslens.explainDenied");
    assert.equal(pages[0].title, "Why it was denied");
    assert.ok(pages[0].webview.html.includes(answer), pages[0].webview.html);

    await vscode.commands.executeCommand("accesslens.showReport");
    assert.equal(pages[0].title, "Effective access");
    assert.ok(pages[0].webview.html.includes(expected.report.answer), pages[0].webview.html);

    const { before, after, answer: changed } = expected.changes;
    const edit = new vscode.WorkspaceEdit();
    const from = policy.positionAt(policy.getText().indexOf(before));
    edit.replace(policy.uri, new vscode.Range(from, from.translate(0, before.length)), after);
    assert.ok(await vscode.workspace.applyEdit(edit));
    await vscode.commands.executeCommand("accesslens.showChanges");
    assert.equal(pages[0].title, "Changes of access");
    assert.ok(pages[0].webview.html.includes(changed), pages[0].webview.html);
    await vscode.commands.executeCommand("undo");
  },

  async "says that there is no policy"() {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: "json", content: "{}" }));
    const { showErrorMessage } = vscode.window;
    const shown = [];
    vscode.window.showErrorMessage = async (it) => void shown.push(it);
    try {
      assert.deepEqual(await simulateWith([]), []);
    } finally {
      vscode.window.showErrorMessage = showErrorMessage;
    }
    assert.deepEqual(shown, [`accesslens: ${expected.simulate.noPolicy}`]);
  },
};

const ours = (uri) => vscode.languages.getDiagnostics(uri).filter((it) => it.source === "accesslens");

async function open(name) {
  const [uri] = await vscode.workspace.findFiles(name);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return document;
}

/** Runs the command, types an answer at each step and takes the first item; leaves the step behind the last answer. */
async function simulateWith(answers) {
  const { createQuickPick } = vscode.window;
  const asked = [];
  vscode.window.createQuickPick = () => {
    const heard = {};
    const on = (event) => (listener) => {
      heard[event] = listener;
    };
    const box = { value: "", items: [], selectedItems: [], dispose() {}, hide: () => heard.hide() };
    Object.assign(box, { onDidChangeValue: on("value"), onDidAccept: on("accept"), onDidHide: on("hide") });
    box.show = () => {
      const answer = answers[asked.push(box.placeholder) - 1];
      if (answer === undefined) {
        return box.hide();
      }
      box.value = answer;
      heard.value();
      box.selectedItems = [box.items.find((it) => it.label === answer)];
      heard.accept();
    };
    return box;
  };
  try {
    await vscode.commands.executeCommand("accesslens.simulate");
  } finally {
    vscode.window.createQuickPick = createQuickPick;
  }
  return asked;
}

const document = () =>
  vscode.window.visibleTextEditors.find((it) => it.document.fileName.endsWith("policy.json")).document;
const ask = (command, ...rest) => vscode.commands.executeCommand(command, document().uri, ...rest);
const everything = () => new vscode.Range(0, 0, document().lineCount, 0);
const label = (hint) => (typeof hint.label === "string" ? hint.label : hint.label.map((it) => it.value).join(""));

/** One character into the first occurrence of the text. */
function place(text) {
  const at = document().getText().indexOf(text);
  assert.ok(at >= 0, `policy.json has no ${text}`);
  return document().positionAt(at + 1);
}

function fault() {
  const code = (it) => (typeof it.code === "object" ? it.code.value : it.code);
  return vscode.languages
    .getDiagnostics(document().uri)
    .find((it) => it.source === "accesslens" && code(it) === expected.diagnostic.code);
}

async function resolveFix() {
  const actions = await ask("vscode.executeCodeActionProvider", fault().range, "quickfix", 20);
  return actions.find((it) => it.title === expected.fix.title);
}

async function edit(change) {
  const editor = vscode.window.visibleTextEditors.find((it) => it.document === document());
  assert.ok(await editor.edit(change));
}

async function until(what, read) {
  for (const end = Date.now() + 10_000; Date.now() < end; await new Promise((done) => setTimeout(done, 25))) {
    const it = await read();
    if (it) {
      return it;
    }
  }
  throw new Error(`timed out waiting for ${what}`);
}
