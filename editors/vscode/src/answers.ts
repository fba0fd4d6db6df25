/** Answers of the server that need no questions: why a call was denied, what edits change, what is granted at all. */
import * as vscode from "vscode";
import type { Session } from "./extension.ts";
import type { Page } from "./page.ts";

export interface Answers {
  explainDenied(): Promise<void>;
  showChanges(): Promise<void>;
  showReport(): Promise<void>;
}

export function createAnswers(session: Session, page: Page): Answers {
  /** Shows what comes of `work`, and says what goes wrong with it. */
  async function answer(work: (editor: vscode.TextEditor) => Promise<void>): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined || !["json", "jsonc"].includes(editor.document.languageId)) {
      await vscode.window.showWarningMessage("accesslens: open a policy first.");
      return;
    }
    try {
      await work(editor);
    } catch (error) {
      session.log.error(error as Error);
      await vscode.window.showErrorMessage(`accesslens: ${(error as Error).message}`);
    }
  }

  return {
    explainDenied: () =>
      answer(async (editor) => {
        const text = await vscode.env.clipboard.readText();
        if (!text.trim()) {
          await vscode.window.showWarningMessage(
            "accesslens: copy an AccessDenied message or a CloudTrail event first.",
          );
          return;
        }
        const uri = editor.document.uri.toString();
        const { markdown } = await session.ask<{ markdown: string }>("explainDenied", { uri, text });
        await page.show("Why it was denied", markdown);
      }),
    showChanges: () =>
      answer(async ({ document, selection }) => {
        const here = { uri: document.uri.toString(), position: selection.active };
        const found = await session.ask<{ markdown: string } | null>("changes", here);
        if (found === null) {
          await vscode.window.showInformationMessage("accesslens: nothing was edited in this policy.");
          return;
        }
        await page.show("Changes of access", found.markdown);
      }),
    showReport: () =>
      answer(async ({ document }) => {
        const { markdown } = await session.ask<{ markdown: string }>("report", { uri: document.uri.toString() });
        await page.show("Effective access", markdown);
      }),
  };
}
