/** The commands of the palette. What a policy means is the server's business, not theirs. */
import * as vscode from "vscode";
import { createAnswers } from "./answers.ts";
import type { Session } from "./extension.ts";
import { createPage } from "./page.ts";
import { serverVersion } from "./server.ts";
import { createSimulation } from "./simulate.ts";

export function registerCommands(session: Session): vscode.Disposable {
  const page = createPage();
  const simulation = createSimulation(session, page);
  const answers = createAnswers(session, page);
  const commands = {
    "accesslens.restart": () => session.restart(),
    "accesslens.showLog": () => session.log.show(),
    "accesslens.showVersion": () => showVersion(session),
    "accesslens.setPolicyKind": setPolicyKind,
    "accesslens.simulate": simulation.run,
    "accesslens.explainDenied": answers.explainDenied,
    "accesslens.showChanges": answers.showChanges,
    "accesslens.showReport": answers.showReport,
  };
  const registered = Object.entries(commands).map((it) => vscode.commands.registerCommand(...it));
  return vscode.Disposable.from(page, ...registered);
}

async function showVersion(session: Session): Promise<void> {
  const server = session.find();
  if (server === undefined) {
    return;
  }
  try {
    await vscode.window.showInformationMessage(`${await serverVersion(server)} (${server})`);
  } catch (error) {
    await vscode.window.showErrorMessage(`${server} --version failed: ${(error as Error).message}`);
  }
}

const kinds: vscode.QuickPickItem[] = [
  { label: "identity", description: "attached to a user, group or role" },
  { label: "resource", description: "attached to a bucket, queue, key or other resource" },
  { label: "trust", description: "says who may assume a role" },
  { label: "boundary", description: "permissions boundary of a user or role" },
  { label: "session", description: "passed when a role is assumed" },
  { label: "scp", description: "service control policy of an organization" },
  { label: "rcp", description: "resource control policy of an organization" },
  { label: "vpc-endpoint", description: "attached to a VPC endpoint" },
];

/** Asks for a kind and the files it holds for, and writes both to the settings. */
async function setPolicyKind(): Promise<void> {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (uri === undefined || uri.scheme !== "file") {
    await vscode.window.showWarningMessage("accesslens: open a saved policy file first.");
    return;
  }
  const kind = await vscode.window.showQuickPick(kinds, { title: "What kind of policy is this file?" });
  if (kind === undefined) {
    return;
  }
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  const path = folder ? vscode.workspace.asRelativePath(uri, false) : uri.fsPath.replaceAll("\\", "/");
  const glob = await vscode.window.showInputBox({
    title: `Files that hold a policy of kind ${kind.label}`,
    prompt: "A glob, such as policies/*.trust.json",
    value: globOf(path),
  });
  if (!glob?.trim()) {
    return;
  }
  const target = folder ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  const settings = vscode.workspace.getConfiguration("accesslens");
  const written = settings.inspect<object>("policyKinds")?.[folder ? "workspaceValue" : "globalValue"];
  await settings.update("policyKinds", { ...written, [glob.trim()]: kind.label }, target);
}

/** The glob that matches the path and nothing else: one without a slash would match in every folder. */
function globOf(path: string): string {
  return (path.includes("/") ? path : `./${path}`).replace(/[*?[\]{}]/g, "[$&]");
}
