//! The editors on this machine that can use accesslens, as far as they say so.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::Check;
use crate::cli::parallel;

/// An editor, the programs that it may be started by, and the option by which these say their version.
struct Editor {
    name: &'static str,
    programs: &'static [&'static str],
    option: &'static str,
}

const EDITORS: [Editor; 8] = [
    Editor { name: VSCODE, programs: &["code", "codium", "code-server"], option: "--version" },
    Editor { name: "Neovim", programs: &["nvim"], option: "--version" },
    Editor { name: "Helix", programs: &["hx", "helix"], option: "--version" },
    Editor { name: "Zed", programs: &["zed", "zeditor"], option: "--version" },
    Editor { name: "Emacs", programs: &["emacs"], option: "--version" },
    Editor { name: "Vim", programs: &["vim"], option: "--version" },
    Editor { name: "Sublime Text", programs: &["subl"], option: "--version" },
    Editor { name: "Kakoune", programs: &["kak"], option: "-version" },
];

const VSCODE: &str = "VS Code";

/// The folders below a user's home in which VS Code and its kin keep extensions.
const EXTENSIONS: [&str; 4] = [
    ".vscode/extensions",
    ".vscode-oss/extensions",
    ".vscode-server/extensions",
    ".local/share/code-server/extensions",
];

/// How an installed extension of ours is called, up to its version.
const EXTENSION: &str = "accesslens.accesslens-";

/// How long an editor may take to say its version.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(10);

/// What is there, and whether its client fits. Only what is found is told.
pub(super) fn checks() -> Vec<Check> {
    let found: Vec<Option<Check>> = parallel::map(&EDITORS, look).into_iter().flatten().collect();
    let found: Vec<Check> = found.into_iter().flatten().collect();
    if found.is_empty() {
        let advice = "docs/editors.md says how each is set up; an editor need not be on the PATH.";
        return vec![Check::note("editors", "none found on the PATH", advice)];
    }
    found
}

fn look(editor: &Editor) -> Option<Check> {
    let suffixes: &[&str] = if cfg!(windows) { &[".exe", ".cmd"] } else { &[""] };
    let mut names =
        editor.programs.iter().flat_map(|it| suffixes.iter().map(move |end| format!("{it}{end}")));
    let program = names.find_map(|it| on_path(&it));
    let version = match &program {
        Some(program) => version_of(program, editor.option)
            .unwrap_or_else(|| format!("{}, which does not say its version", program.display())),
        None if editor.name == VSCODE && extension().is_some() => "not on the PATH".to_owned(),
        None => return None,
    };
    Some(match editor.name {
        VSCODE => vscode(&version),
        _ => Check::ok(editor.name, version),
    })
}

fn vscode(version: &str) -> Check {
    let own = env!("CARGO_PKG_VERSION");
    match extension() {
        Some(it) if it == own => Check::ok(VSCODE, format!("{version}, extension {it}")),
        Some(it) => Check::note(
            VSCODE,
            format!("{version}, extension {it}; this is {own}"),
            "Install the extension of the same version; one with a server inside uses that.",
        ),
        None => Check::note(
            VSCODE,
            format!("{version}, without the extension"),
            "README.md says how to install it.",
        ),
    }
}

/// The version of our extension, where one is installed.
fn extension() -> Option<String> {
    let home = std::env::home_dir()?;
    let folders = EXTENSIONS.iter().filter_map(|it| std::fs::read_dir(home.join(it)).ok());
    let entries = folders.flatten().filter_map(Result::ok);
    let mut versions: Vec<String> = entries
        .filter_map(|it| {
            let name = it.file_name().into_string().ok()?;
            let version = name.strip_prefix(EXTENSION)?;
            // What follows a dash is the platform.
            Some(version.split('-').next().unwrap_or(version).to_owned())
        })
        .collect();
    versions.sort();
    versions.pop()
}

/// A program on the `PATH`. Relative entries are left out: they mean another program in every folder.
pub(super) fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders = std::env::split_paths(&path).filter(|it| it.is_absolute());
    folders.map(|it| it.join(name)).find(|it| is_program(it))
}

fn is_program(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::metadata(path).is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0)
    }
    #[cfg(not(unix))]
    path.is_file()
}

/// The first line that a program says of itself.
fn version_of(program: &Path, option: &str) -> Option<String> {
    let mut child = Command::new(program)
        .arg(option)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let end = Instant::now() + PATIENCE;
    while child.try_wait().ok()?.is_none() {
        if Instant::now() > end {
            let _ = child.kill();
            let _ = child.wait();
            return None;
        }
        std::thread::sleep(PAUSE);
    }
    let said = child.wait_with_output().ok()?.stdout;
    let said = String::from_utf8_lossy(&said);
    let first = said.lines().map(str::trim).find(|it| !it.is_empty())?;
    Some(first.chars().take(80).collect())
}
