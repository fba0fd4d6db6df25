/** The page that shows an answer beside the policy, with links that lead to its statements. */
import * as vscode from "vscode";

export const openStatement = "accesslens.openStatement";

export interface Page extends vscode.Disposable {
  show(title: string, markdown: string): Promise<void>;
}

/** One page, whose content is replaced. */
export function createPage(): Page {
  let panel: vscode.WebviewPanel | undefined;
  const command = vscode.commands.registerCommand(openStatement, goTo);

  function open(title: string): vscode.WebviewPanel {
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const options = { enableCommandUris: [openStatement], enableFindWidget: true };
    const opened = vscode.window.createWebviewPanel("accesslens.answer", title, column, options);
    opened.onDidDispose(() => {
      panel = undefined;
    });
    return opened;
  }

  async function show(title: string, markdown: string): Promise<void> {
    const body = await vscode.commands.executeCommand<string>("markdown.api.render", withCommands(markdown));
    const isOpen = panel !== undefined;
    panel ??= open(title);
    panel.title = title;
    panel.webview.html = html(body);
    if (isOpen) {
      panel.reveal(undefined, true);
    }
  }

  return {
    show,
    dispose: () => {
      command.dispose();
      panel?.dispose();
    },
  };
}

/** Links to a line of a file become commands: pages may link to no file. */
function withCommands(markdown: string): string {
  return markdown.replace(/\]\((\S+?)#L(\d+)\)/g, (_, uri: string, line: string) => {
    const argument = encodeURIComponent(JSON.stringify([uri, Number(line)]));
    return `](command:${openStatement}?${argument.replaceAll("(", "%28").replaceAll(")", "%29")})`;
  });
}

/** Shows a line, where its document is shown already if it is. */
async function goTo(uri: string, line: number): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
  const { lineNumber, firstNonWhitespaceCharacterIndex } = document.lineAt(Math.min(line, document.lineCount) - 1);
  const start = new vscode.Position(lineNumber, firstNonWhitespaceCharacterIndex);
  const shown = vscode.window.visibleTextEditors.find((it) => it.document === document);
  const viewColumn = shown?.viewColumn ?? vscode.ViewColumn.One;
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(start, start), viewColumn });
}

// What a policy holds may be anything: nothing runs and nothing is loaded.
const html = (body: string) => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
  body { line-height: 1.5; max-width: 60em; padding: 0 1.5em; overflow-wrap: anywhere; }
  h1 { font-size: 1.3em; }
  h2 { font-size: 1.1em; margin-top: 1.5em; }
  ul { padding-left: 1.5em; }
</style>
</head>
<body>${body}</body>
</html>`;
