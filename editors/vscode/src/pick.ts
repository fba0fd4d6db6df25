/** A quick pick that also takes what is typed. */
import * as vscode from "vscode";

/** Something that can be chosen. */
export interface Choice<T> {
  label: string;
  description: string;
  value: T;
}

export interface Question<T> {
  title: string;
  placeholder: string;
  choices: Choice<T>[];
  /** What a typed text stands for. */
  typed(text: string): T;
}

// Parts of the forms that the server offers, to be replaced by names of one's own.
const blank = /\b(?:NAME|SESSION)\b/;

/** The value that was chosen or typed; `undefined` when the user left. */
export function pick<T>(question: Question<T>): Promise<T | undefined> {
  type Item = vscode.QuickPickItem & { value: T };
  const box = vscode.window.createQuickPick<Item>();
  const items: Item[] = question.choices;
  box.title = question.title;
  box.placeholder = question.placeholder;
  box.ignoreFocusOut = true; // the policy may be looked at meanwhile
  box.matchOnDescription = true;
  box.items = items;

  function offer(): void {
    const text = box.value.trim();
    const isNew = text !== "" && !items.some((it) => it.label === text);
    const typed = { label: text, description: "as typed", alwaysShow: true, value: question.typed(text) };
    box.items = isNew ? [typed, ...items] : items;
  }

  return new Promise((resolve) => {
    box.onDidChangeValue(offer);
    box.onDidAccept(() => {
      const chosen = box.selectedItems[0];
      if (chosen === undefined) {
        return;
      }
      if (blank.test(chosen.label) && box.value.trim() !== chosen.label) {
        box.value = chosen.label;
        offer();
        return;
      }
      resolve(chosen.value);
      box.hide();
    });
    box.onDidHide(() => {
      resolve(undefined); // changes nothing after an answer
      box.dispose();
    });
    box.show();
  });
}
