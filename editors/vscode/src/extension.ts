/** Starts the server, keeps its status on screen, and restarts it when asked. */
import { createInterface } from "node:readline";
import * as vscode from "vscode";
import { LanguageClient, State } from "vscode-languageclient/node";
import { registerCommands } from "./commands.ts";
import { findServer, serverArguments } from "./server.ts";

const selector = ["file", "untitled"].flatMap((scheme) => ["json", "jsonc"].map((language) => ({ scheme, language })));

/** The one server of this window. */
export interface Session {
  readonly log: vscode.LogOutputChannel;
  /** Where the server is, if there is one; tells the user what was tried if there is none. */
  find(): string | undefined;
  restart(): Promise<void>;
  /** Sends the settings to the server. */
  configure(): Promise<void>;
  /** Asks the server what clients can ask of it; rejects with the reason when there is no answer. */
  ask<T>(question: "changes" | "report" | "choices" | "explainDenied" | "simulate", argument: object): Promise<T>;
  stop(): Promise<void>;
}

type Status = "starting" | "running" | "failed";

let session: Session | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  session = createSession(context);
  context.subscriptions.push(
    registerCommands(session),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void session?.restart()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("accesslens.server.path")) {
        void session?.restart();
      } else if (event.affectsConfiguration("accesslens")) {
        void session?.configure();
      }
    }),
  );
  await session.restart();
}

export const deactivate = (): Promise<void> | undefined => session?.stop();

function createSession(context: vscode.ExtensionContext): Session {
  const log = vscode.window.createOutputChannel("accesslens", { log: true });
  const status = vscode.languages.createLanguageStatusItem("accesslens", selector);
  status.name = "accesslens";
  status.command = { command: "accesslens.showLog", title: "Show Log" };
  context.subscriptions.push(log, status);
  let client: LanguageClient | undefined;
  // Invariant: starts and stops run one after the other, in the order they were asked for.
  let last = Promise.resolve();
  const inTurn = (step: () => Promise<void>) => {
    last = last.then(step).catch((error) => log.error(error));
    return last;
  };

  function find(): string | undefined {
    const configured = vscode.workspace.getConfiguration("accesslens").get("server.path", "");
    const search = findServer({ configured, extension: context.extensionPath, path: process.env.PATH ?? "" });
    if (search.found === undefined) {
      showStatus(status, "failed", search.tried.join("; "));
      void reportMissing(log, search.tried);
    }
    return search.found;
  }

  async function stop(): Promise<void> {
    const old = client;
    client = undefined;
    await old?.dispose();
  }

  async function start(): Promise<void> {
    showStatus(status, "starting");
    const command = find();
    if (command === undefined) {
      return;
    }
    log.info(`starting ${command}`);
    const started = createClient(command, log);
    client = started;
    started.onDidChangeState(({ newState }) => {
      if (client !== started) {
        return; // A stopped client's last words must not overwrite its successor's status.
      }
      const state = newState === State.Running ? "running" : newState === State.Starting ? "starting" : "failed";
      showStatus(status, state, command, started.initializeResult?.serverInfo?.version);
    });
    await started.start();
  }

  async function configure(): Promise<void> {
    if (client?.isRunning()) {
      await client.sendNotification("workspace/didChangeConfiguration", { settings: { accesslens: settings() } });
    }
  }

  function ask<T>(question: string, argument: object): Promise<T> {
    if (!client?.isRunning()) {
      return Promise.reject(new Error("the server does not run; see the log."));
    }
    const params = { command: `accesslens.server.${question}`, arguments: [argument] };
    return client.sendRequest<T>("workspace/executeCommand", params);
  }

  return {
    log,
    find,
    ask,
    restart: () => inTurn(async () => stop().finally(start)),
    configure: () => inTurn(configure),
    stop: () => inTurn(stop),
  };
}

function createClient(command: string, log: vscode.LogOutputChannel): LanguageClient {
  return new LanguageClient(
    "accesslens",
    "accesslens",
    { command, args: serverArguments(vscode.workspace.isTrusted) },
    {
      documentSelector: selector,
      outputChannel: log,
      initializationOptions: settings,
      // Session.configure sends changes in turn; the client would send them to a server being stopped.
      middleware: {
        workspace: { didChangeConfiguration: async () => {}, configuration: ({ items }) => items.map(settings) },
      },
      // The server logs to stderr; the client's default would show every such line as an error.
      stdioOptions: {
        stdout: () => {},
        stderr: (stream) => void createInterface(stream).on("line", (line) => log.info(line)),
      },
    },
  );
}

/** What the server is to know; the rest is the client's own. */
function settings(): object {
  return { ...vscode.workspace.getConfiguration().get<object>("accesslens"), server: undefined, trace: undefined };
}

function showStatus(item: vscode.LanguageStatusItem, state: Status, detail = "", version = ""): void {
  item.text = `accesslens ${version}`.trim();
  item.detail = `${state} ${detail}`.trim();
  item.busy = state === "starting";
  item.severity = state === "failed" ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
}

async function reportMissing(log: vscode.LogOutputChannel, tried: string[]): Promise<void> {
  const message = `accesslens found no server. Tried: ${tried.join("; ")}.`;
  log.error(message);
  if (await vscode.window.showErrorMessage(message, "Open Setting")) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "accesslens.server.path");
  }
}
