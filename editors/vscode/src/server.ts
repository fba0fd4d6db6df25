/**
 * Finds the server binary and asks it for its version.
 *
 * Knows nothing of VS Code, so that it can be tested by itself. Never downloads anything.
 */
import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import { promisify } from "node:util";

export const binaryName = process.platform === "win32" ? "accesslens.exe" : "accesslens";

/** Where a server may be. */
export interface Places {
  /** The `accesslens.server.path` setting; empty when not set. */
  configured: string;
  /** The folder the extension is installed in. */
  extension: string;
  /** The value of the `PATH` environment variable. */
  path: string;
}

/** The server, or why there is none: one line for each place looked at. */
export type Search = { found: string } | { found: undefined; tried: string[] };

/**
 * Looks at the setting, else at the binary bundled with the extension, else along the `PATH`.
 *
 * A setting that names no executable is a failure: running another server than the one asked for
 * would be worse than running none.
 */
export function findServer(places: Places): Search {
  const configured = places.configured.trim();
  if (configured !== "") {
    const path = configured.replace(/^~(?=[/\\])/, homedir());
    // A relative path would mean a different file in every folder VS Code happens to be started from.
    const fault = isAbsolute(path) ? whyNotExecutable(path) : "not an absolute path";
    return fault === undefined
      ? { found: path }
      : { found: undefined, tried: [`the setting accesslens.server.path, ${configured}: ${fault}`] };
  }

  const bundled = join(places.extension, "server", binaryName);
  const fault = whyNotExecutable(bundled);
  if (fault === undefined) {
    return { found: bundled };
  }

  // Relative entries of the PATH are left out: an opened folder must not bring its own server.
  for (const dir of places.path.split(delimiter).filter(isAbsolute)) {
    const candidate = join(dir, binaryName);
    if (whyNotExecutable(candidate) === undefined) {
      return { found: candidate };
    }
  }
  return {
    found: undefined,
    tried: [
      "the setting accesslens.server.path: not set",
      `the server bundled with the extension, ${bundled}: ${fault}`,
      `${binaryName} on the PATH: not found`,
    ],
  };
}

/** What the server is started with. In a workspace that is not trusted it must run no other program. */
export function serverArguments(isTrusted: boolean): string[] {
  return isTrusted ? ["serve", "--stdio"] : ["serve", "--stdio", "--no-git"];
}

/** The line that `<server> --version` prints; rejects when the server cannot be run. */
export async function serverVersion(server: string): Promise<string> {
  const { stdout } = await promisify(execFile)(server, ["--version"], { timeout: 5_000, windowsHide: true });
  return stdout.trim();
}

function whyNotExecutable(path: string): string | undefined {
  try {
    if (!statSync(path).isFile()) {
      return "not a file";
    }
    accessSync(path, constants.X_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EACCES" ? "not executable" : "no such file";
  }
}
