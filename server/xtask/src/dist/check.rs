//! Installs what is in `dist/` into an empty folder, as a user would, and starts it.

use std::ffi::OsStr;
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::read::GzDecoder;

use super::{About, archive, artefacts, hex};
use crate::tools::{self, root};
use crate::{Outcome, say};

type Done<T> = Result<T, Box<dyn std::error::Error>>;

/// Opens a policy in Neovim, waits for a finding of ours and for the plugin's commands, and says so by its exit code.
const NVIM: &str = "lua vim.defer_fn(function() \
     local ok = vim.wait(20000, function() return #vim.diagnostic.get(0) > 0 end, 50) \
     and vim.fn.exists(':AccesslensSimulate') == 2 \
     vim.cmd(ok and 'qall!' or 'cquit!') end, 0)";

/// A folder for what is installed, removed in the end.
struct Place(PathBuf);

impl Drop for Place {
    fn drop(&mut self) {
        // What is left of it is in the folder for temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(super) fn run(about: &About, dist: &Path) -> Outcome {
    let files = artefacts(dist)?;
    let place = Place(std::env::temp_dir().join(format!("accesslens-dist-{}", std::process::id())));
    std::fs::create_dir_all(&place.0)?;
    let place = place.0.as_path();
    sums(dist, &files)?;
    let mut program = None;
    for (name, bytes) in &files {
        let path = dist.join(name);
        let into = place.join(name);
        match name.as_str() {
            it if it.starts_with("accesslens-nvim-") => untar(bytes, &place.join("nvim"))?,
            it if it.ends_with(".tar.gz") => {
                untar(bytes, &into)?;
                program = Some(in_archive(about, &into)?);
            }
            it if it.ends_with(".zip") => {
                unzip(bytes, &into)?;
                program = Some(in_archive(about, &into)?);
            }
            it if it.ends_with(".whl") => wheel(about, &path, &into)?,
            it if it.ends_with(".vsix") => vsix(about, bytes, &into)?,
            it if it.ends_with(".tgz") => {}
            other => return Err(format!("dist/{other} is nothing that is made there").into()),
        }
        if !name.ends_with(".tgz") {
            say(&format!("   passed: {name}"));
        }
    }
    npm(about, dist, &files, &place.join("npm"))?;
    let program = program.ok_or("dist/ holds no archive with the program")?;
    nvim(&program, place)
}

/// Every file has the checksum that is written, and no other is.
fn sums(dist: &Path, files: &[(String, Vec<u8>)]) -> Outcome {
    let written = std::fs::read_to_string(dist.join("SHA256SUMS"))?;
    let expected: String =
        files.iter().map(|(name, bytes)| format!("{}  {name}\n", hex(&archive::sha256(bytes)))).collect();
    match written == expected {
        true => Ok(()),
        false => Err("dist/SHA256SUMS does not fit the files".into()),
    }
}

fn untar(bytes: &[u8], into: &Path) -> Outcome {
    Ok(tar::Archive::new(GzDecoder::new(bytes)).unpack(into)?)
}

fn unzip(bytes: &[u8], into: &Path) -> Outcome {
    Ok(zip::ZipArchive::new(Cursor::new(bytes))?.extract(into)?)
}

fn program_name() -> String {
    format!("accesslens{}", std::env::consts::EXE_SUFFIX)
}

/// The program in an unpacked archive, and that what belongs beside it is there.
fn in_archive(about: &About, folder: &Path) -> Done<PathBuf> {
    let inner = std::fs::read_dir(folder)?.next().ok_or("the archive is empty")??.path();
    for name in [
        "README.md",
        "LICENSE-MIT",
        "completions/accesslens.bash",
        "man/accesslens.1",
        "man/accesslens-check.1",
    ] {
        if !inner.join(name).is_file() {
            return Err(format!("the archive lacks {name}").into());
        }
    }
    let program = inner.join(program_name());
    works(about, &program, &[])?;
    Ok(program)
}

/// The program says its version, and finds what there is to find.
fn works(about: &About, program: &Path, before: &[&OsStr]) -> Outcome {
    let run = |args: &[&str]| {
        let done = Command::new(program).args(before).args(args).current_dir(root()).output();
        done.map_err(|it| format!("{} cannot be started: {it}", program.display()))
    };
    let version = run(&["--version"])?;
    let said = String::from_utf8_lossy(&version.stdout).into_owned();
    if !said.starts_with(&format!("accesslens {} ", about.version)) {
        return Err(format!("{} --version says `{}`", program.display(), said.trim()).into());
    }
    let check = run(&["check", "editors/test/policy.json"])?;
    let said = String::from_utf8_lossy(&check.stdout).into_owned();
    if check.status.code() != Some(1) || !said.contains("error[") {
        return Err(format!("{} check does not find what there is: {said}", program.display()).into());
    }
    Ok(())
}

fn succeed(what: &str, command: &mut Command) -> Outcome {
    let done = command.output().map_err(|it| format!("{what}: cannot be started: {it}"))?;
    match done.status.success() {
        true => Ok(()),
        false => {
            let said = [done.stdout, done.stderr].concat();
            Err(format!("{what}: failed ({})\n{}", done.status, String::from_utf8_lossy(&said)).into())
        }
    }
}

fn wheel(about: &About, path: &Path, folder: &Path) -> Outcome {
    let python = if cfg!(windows) { "python" } else { "python3" };
    succeed("python -m venv", Command::new(python).args(["-m", "venv"]).arg(folder))?;
    let bin = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let python = bin.join(format!("python{}", std::env::consts::EXE_SUFFIX));
    let install = ["-m", "pip", "install", "--quiet", "--no-index", "--no-deps"];
    succeed("pip install", Command::new(&python).args(install).arg(path))?;
    succeed("pip show", Command::new(&python).args(["-m", "pip", "show", "--files", "accesslens"]))?;
    works(about, &bin.join(program_name()), &[])
}

/// The package has what VS Code asks for, and its program works.
fn vsix(about: &About, bytes: &[u8], folder: &Path) -> Outcome {
    unzip(bytes, folder)?;
    let mut manifest = String::new();
    std::fs::File::open(folder.join("extension.vsixmanifest"))?.read_to_string(&mut manifest)?;
    let version = format!("Version=\"{}\"", about.version);
    for part in ["TargetPlatform=\"", version.as_str(), "Publisher=\"accesslens\""] {
        if !manifest.contains(part) {
            return Err(format!("the manifest of the package for VS Code lacks {part}").into());
        }
    }
    for name in ["[Content_Types].xml", "extension/package.json", "extension/dist/extension.js"] {
        if !folder.join(name).is_file() {
            return Err(format!("the package for VS Code lacks {name}").into());
        }
    }
    if folder.join("extension/node_modules").exists() || folder.join("extension/src").exists() {
        return Err("the package for VS Code holds more than the extension".into());
    }
    works(about, &folder.join("extension/server").join(program_name()), &[])
}

/// Installs the wrapper with the package of this platform, without a registry.
fn npm(about: &About, dist: &Path, files: &[(String, Vec<u8>)], folder: &Path) -> Outcome {
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("package.json"), "{\"private\": true}\n")?;
    let packages = files.iter().map(|it| it.0.as_str()).filter(|it| it.ends_with(".tgz"));
    let packages: Vec<PathBuf> = packages.map(|it| dist.join(it)).collect();
    let quiet = ["install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    succeed("npm install", Command::new(npm).args(quiet).args(&packages).current_dir(folder))?;
    let launcher = folder.join("node_modules/accesslens/launch.js");
    works(about, Path::new("node"), &[launcher.as_os_str()])?;
    if cfg!(unix) {
        works(about, &folder.join("node_modules/.bin/accesslens"), &[])?;
    }
    for package in &packages {
        say(&format!("   passed: {}", package.file_name().unwrap_or_default().to_string_lossy()));
    }
    Ok(())
}

/// The plugin as a package of a Neovim that is there, with the program on its `PATH`.
fn nvim(program: &Path, place: &Path) -> Outcome {
    let installed = tools::folder().join("nvim-testing/bin/nvim");
    let nvim = if installed.is_file() { installed } else { PathBuf::from("nvim") };
    if !Command::new(&nvim).arg("--version").output().is_ok_and(|it| it.status.success()) {
        say("   not started: the plugin, as there is no Neovim (editors/nvim/test/get-neovim.sh gets one)");
        return Ok(());
    }
    let start = place.join("data/nvim/site/pack/accesslens/start");
    std::fs::create_dir_all(&start)?;
    std::fs::rename(place.join("nvim/accesslens.nvim"), start.join("accesslens.nvim"))?;
    let policy = place.join("policy.json");
    std::fs::copy(root().join("editors/test/policy.json"), &policy)?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let own = program.parent().unwrap_or(place).to_owned();
    let path = std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&path)))?;
    let mut command = Command::new(nvim);
    command.args(["-n", "--headless"]).arg(&policy).args(["-c", NVIM]).env("PATH", path);
    for (name, folder) in [("CONFIG", "config"), ("DATA", "data"), ("STATE", "state"), ("CACHE", "cache")] {
        command.env(format!("XDG_{name}_HOME"), place.join(folder));
    }
    succeed("nvim with the plugin", command.current_dir(place))?;
    say("   passed: the plugin in Neovim");
    Ok(())
}
