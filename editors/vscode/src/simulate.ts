/** Asks one request of the policy under the cursor, step by step, and shows what it comes to. */
import * as vscode from "vscode";
import type { Session } from "./extension.ts";
import type { Page } from "./page.ts";
import { type Choice, pick } from "./pick.ts";

/** The value of a condition key; `null` when the request does not have it. */
type Value = string | string[] | null;

type Labelled = { value: Value | undefined; label: string };

interface Asked {
  principal: string;
  action: string;
  resource: string;
  /** `undefined` for keys that were left open. */
  context: Map<string, Value | undefined>;
}

interface Answer {
  markdown: string;
  open: { key: string; values: Labelled[] }[];
}

export interface Simulation {
  run(): Promise<void>;
}

export function createSimulation(session: Session, page: Page): Simulation {
  /** What was asked last, by document. */
  const last = new Map<string, Asked>();

  async function run(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined || !["json", "jsonc"].includes(editor.document.languageId)) {
      await vscode.window.showWarningMessage("accesslens: open a policy first.");
      return;
    }
    const uri = editor.document.uri;
    try {
      const markdown = await ask(session, { uri: uri.toString(), position: editor.selection.active }, last);
      if (markdown !== undefined) {
        await page.show(`Request of ${uri.path.slice(uri.path.lastIndexOf("/") + 1)}`, markdown);
      }
    } catch (error) {
      session.log.error(error as Error);
      await vscode.window.showErrorMessage(`accesslens: ${(error as Error).message}`);
    }
  }

  return { run };
}

type Here = { uri: string; position: vscode.Position };

/** The answer as Markdown; `undefined` when the user left. */
async function ask(session: Session, here: Here, last: Map<string, Asked>): Promise<string | undefined> {
  const before = last.get(here.uri);
  const choose = async (of: string, question: string, first?: string, action?: string) => {
    const found = await session.ask<{ value: string; detail: string }[]>("choices", { ...here, of, action });
    const only = found.length === 1 && found[0]?.value === "*";
    return only ? "*" : pick({ ...texts(question), choices: remembered(found, first), typed: (text) => text });
  };

  const principal = await choose("principal", "Who asks?", before?.principal);
  const action = principal && (await choose("action", "For which action?", before?.action));
  const same = before?.action === action ? before : undefined;
  const resource = action && (await choose("resource", `${action} on what?`, same?.resource, action));
  if (!principal || !action || !resource) {
    return undefined;
  }

  const asked: Asked = { principal, action, resource, context: new Map() };
  for (;;) {
    const context = Object.fromEntries([...asked.context].filter(([, value]) => value !== undefined));
    const answer = await session.ask<Answer>("simulate", { ...here, principal, action, resource, context });
    const open = answer.open.filter((it) => !asked.context.has(it.key));
    if (open.length === 0) {
      last.set(here.uri, asked);
      return answer.markdown;
    }
    for (const { key, values } of open) {
      const value = await pick({ ...texts(key), choices: valuesOf(values, before?.context, key), typed });
      if (value === undefined) {
        return undefined;
      }
      asked.context.set(key, value.is);
    }
  }
}

const texts = (placeholder: string) => ({ title: "Simulate a Request", placeholder });

function remembered(found: { value: string; detail: string }[], first?: string): Choice<string>[] {
  const choices = found.map(({ value, detail }) => ({ label: value, description: detail, value }));
  if (!first) {
    return choices;
  }
  const again = { label: first, description: "asked last", value: first };
  return [again, ...choices.filter((it) => it.value !== first)];
}

/** Keeps "left open" apart from "the user left". */
type Given = { is: Value | undefined };

/** What a key can be: what it was last, then what makes a difference. */
function valuesOf(
  values: Labelled[],
  before: Map<string, Value | undefined> | undefined,
  key: string,
): Choice<Given>[] {
  const details = new Map<Value | undefined, string>([
    [null, "the request does not have the key"],
    [undefined, "the answer says what hangs on it"],
  ]);
  const all = [...values, { value: undefined, label: "leave it open" }].map(({ value, label }) => ({
    label,
    description: details.get(value) ?? "",
    value: { is: value },
  }));
  if (!before?.has(key)) {
    return all;
  }
  const value = before.get(key);
  const text = JSON.stringify(value);
  const same = all.find((it) => JSON.stringify(it.value.is) === text);
  const again = { label: same?.label ?? labelOf(value), description: "asked last", value: { is: value } };
  return [again, ...all.filter((it) => it !== same)];
}

const labelOf = (value: Value | undefined) => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));

/** A typed text is a value, or a list of values when it is a list in JSON. */
function typed(text: string): Given {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.every((it) => typeof it === "string")) {
      return { is: list };
    }
  } catch {
    // Most values are no JSON.
  }
  return { is: text };
}
