//! What people install: the program in an archive, in packages for npm, PyPI and VS Code, and the Neovim plugin.
//!
//! Everything of one run holds the same binary and the version of the workspace, and is written to `dist/` with
//! its checksums. Nothing is published.

mod archive;
mod check;
mod npm;
mod target;
mod vscode;
mod wheel;

use std::path::{Path, PathBuf};
use std::process::Command;

use self::archive::Entry;
use self::target::Target;
use crate::tools::{cargo, root};
use crate::{Outcome, say};

type Done<T> = Result<T, Box<dyn std::error::Error>>;

/// What every package says of itself; `Cargo.toml` says it first.
struct About {
    version: String,
    description: String,
    licence: String,
}

struct Options {
    target: Option<String>,
    /// A binary that is there already.
    binary: Option<PathBuf>,
    vscode: bool,
    check: bool,
    /// Where packages are written.
    out: PathBuf,
}

/// Makes the packages of a platform. `--check` installs and starts what is in `dist/` instead.
pub(crate) fn run(args: &[String]) -> Outcome {
    let options = options(args)?;
    let about = about()?;
    let dist = options.out.clone();
    if options.check {
        return check::run(&about, &dist);
    }
    let target = match &options.target {
        Some(it) => Target::named(it)?,
        None => here()?,
    };
    let binary = match &options.binary {
        Some(it) => std::path::absolute(it)?,
        None => build(target)?,
    };
    let program = std::fs::read(&binary).map_err(|it| format!("{}: {it}", binary.display()))?;
    if dist.exists() {
        let is_own = dist.join("SHA256SUMS").is_file() || std::fs::read_dir(&dist)?.next().is_none();
        if !is_own {
            return Err(format!("{} holds something else: please name another folder", dist.display()).into());
        }
        std::fs::remove_dir_all(&dist)?;
    }
    std::fs::create_dir_all(&dist)?;
    // The mark of a folder of ours, also when the run breaks off.
    std::fs::write(dist.join("SHA256SUMS"), "")?;
    let version = &about.version;
    say(&format!("── accesslens {version} for {}", target.triple));

    let stem = format!("accesslens-{version}-{}", target.triple);
    let entries = archive_entries(&stem, target, &binary, &program)?;
    match target.is_windows() {
        true => archive::zip(&dist.join(format!("{stem}.zip")), entries)?,
        false => archive::tar_gz(&dist.join(format!("{stem}.tar.gz")), entries)?,
    }
    archive::tar_gz(&dist.join(format!("accesslens-nvim-{version}.tar.gz")), nvim_entries()?)?;
    archive::tar_gz(&dist.join(format!("accesslens-npm-{version}.tgz")), npm::wrapper(&about)?)?;
    let name = format!("accesslens-npm-{}-{version}.tgz", target.npm.join("-"));
    archive::tar_gz(&dist.join(name), npm::platform(&about, target, &program)?)?;
    let (name, entries) = wheel::wheel(&about, target, &program)?;
    archive::zip(&dist.join(name), entries)?;
    if options.vscode {
        vscode::packages(&about, target, &binary, &dist)?;
    }
    write_sums(&dist)
}

fn options(args: &[String]) -> Done<Options> {
    let mut options =
        Options { target: None, binary: None, vscode: true, check: false, out: root().join("dist") };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let mut value = || args.next().cloned().ok_or_else(|| format!("`{arg}` needs a value"));
        match arg.as_str() {
            "--target" => options.target = Some(value()?),
            "--binary" => options.binary = Some(PathBuf::from(value()?)),
            "--out" => options.out = std::path::absolute(value()?)?,
            "--no-vscode" => options.vscode = false,
            "--check" => options.check = true,
            other => {
                let known = "--target TRIPLE, --binary FILE, --out FOLDER, --no-vscode, --check";
                return Err(format!("unknown option `{other}`; options: {known}").into());
            }
        }
    }
    Ok(options)
}

fn about() -> Done<About> {
    let said = Command::new(cargo())
        .args(["metadata", "--no-deps", "--format-version", "1", "--locked"])
        .current_dir(root())
        .output()?;
    let metadata: serde_json::Value = serde_json::from_slice(&said.stdout)?;
    let mut packages = metadata.get("packages").and_then(|it| it.as_array()).into_iter().flatten();
    let text_of = |package: &serde_json::Value, key: &str| Some(package.get(key)?.as_str()?.to_owned());
    let own = packages.find(|it| text_of(it, "name").as_deref() == Some("accesslens"));
    let own = own.ok_or("cargo metadata names no package accesslens")?;
    let text = |key: &str| text_of(own, key).ok_or(format!("accesslens has no {key}"));
    Ok(About { version: text("version")?, description: text("description")?, licence: text("license")? })
}

/// The target for this machine.
fn here() -> Done<&'static Target> {
    let triple = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") if can_build_for_musl() => "x86_64-unknown-linux-musl",
        ("linux", "x86_64") => {
            say(
                "Rust's standard library for musl or musl-gcc is not there, so the binary is linked statically",
            );
            say(
                "against this system's C library; `rustup target add x86_64-unknown-linux-musl` and the Debian",
            );
            say("package musl-tools bring them.");
            "x86_64-unknown-linux-gnu"
        }
        ("linux", "aarch64") => "aarch64-unknown-linux-musl",
        ("macos", "x86_64") => "x86_64-apple-darwin",
        ("macos", "aarch64") => "aarch64-apple-darwin",
        ("windows", "aarch64") => "aarch64-pc-windows-msvc",
        ("windows", _) => "x86_64-pc-windows-msvc",
        (system, processor) => return Err(format!("no packages are made for {system} on {processor}").into()),
    };
    Ok(Target::named(triple)?)
}

fn can_build_for_musl() -> bool {
    let said = |program: &str, args: &[&str]| {
        let done = Command::new(program).args(args).output().ok().filter(|it| it.status.success());
        done.map(|it| String::from_utf8_lossy(&it.stdout).trim().to_owned())
    };
    let library = said("rustc", &["--print", "target-libdir", "--target", "x86_64-unknown-linux-musl"]);
    library.is_some_and(|it| Path::new(&it).is_dir()) && said("musl-gcc", &["-dumpmachine"]).is_some()
}

fn build(target: &Target) -> Done<PathBuf> {
    let triple = target.triple;
    let mut command = Command::new(cargo());
    command.args([
        "build",
        "--release",
        "--locked",
        "--quiet",
        "--package",
        "accesslens",
        "--target",
        triple,
    ]);
    if triple == "x86_64-unknown-linux-gnu" || target.is_windows() {
        command.env("RUSTFLAGS", "-C target-feature=+crt-static");
    }
    let status = command.current_dir(root()).status()?;
    if !status.success() {
        return Err(format!("the build for {triple} failed ({status})").into());
    }
    let folder = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    Ok(folder.join(triple).join("release").join(target.program()))
}

/// The program with what belongs beside it.
fn archive_entries(stem: &str, target: &Target, binary: &Path, program: &[u8]) -> Done<Vec<Entry>> {
    let mut entries = vec![Entry::program(format!("{stem}/{}", target.program()), program.to_vec())];
    for name in ["README.md", "CHANGELOG.md", "SECURITY.md"] {
        entries.push(Entry::read(format!("{stem}/{name}"), &root().join(name))?);
    }
    entries.extend(licences(stem)?);
    for (shell, name) in [
        ("bash", "accesslens.bash"),
        ("zsh", "_accesslens"),
        ("fish", "accesslens.fish"),
        ("powershell", "_accesslens.ps1"),
    ] {
        let script = said(binary, &["completions", shell])?;
        entries.push(Entry::new(format!("{stem}/completions/{name}"), script));
    }
    let pages = std::env::temp_dir().join(format!("accesslens-man-{}", std::process::id()));
    said(binary, &["man", "--output", &pages.to_string_lossy()])?;
    for page in std::fs::read_dir(&pages)? {
        let page = page?.path();
        let name = page.file_name().unwrap_or_default().to_string_lossy().into_owned();
        entries.push(Entry::read(format!("{stem}/man/{name}"), &page)?);
    }
    std::fs::remove_dir_all(pages)?;
    Ok(entries)
}

/// What the program says; where the one of another platform does not start, that of this one.
fn said(binary: &Path, args: &[&str]) -> Done<Vec<u8>> {
    let done = match Command::new(binary).args(args).output() {
        Ok(done) => done,
        Err(_) => Command::new(cargo())
            .args(["run", "--quiet", "--locked", "--package", "accesslens", "--"])
            .args(args)
            .current_dir(root())
            .output()?,
    };
    match done.status.success() {
        true => Ok(done.stdout),
        false => Err(format!("accesslens {}: failed ({})", args.join(" "), done.status).into()),
    }
}

/// The plugin, laid out as a package of Neovim: one folder to put into `pack/*/start`.
fn nvim_entries() -> Done<Vec<Entry>> {
    let mut entries = licences("accesslens.nvim")?;
    let from = root().join("editors/nvim");
    entries.push(Entry::read("accesslens.nvim/README.md", &from.join("README.md"))?);
    for folder in ["doc", "lsp", "lua", "plugin"] {
        add_folder(&mut entries, &from.join(folder), &format!("accesslens.nvim/{folder}"))?;
    }
    Ok(entries)
}

fn add_folder(entries: &mut Vec<Entry>, from: &Path, path: &str) -> Done<()> {
    for it in std::fs::read_dir(from)? {
        let it = it?;
        let path = format!("{path}/{}", it.file_name().to_string_lossy());
        match it.file_type()?.is_dir() {
            true => add_folder(entries, &it.path(), &path)?,
            // `:helptags` makes it anew wherever the plugin is installed.
            false if it.file_name() == "tags" => {}
            false => entries.push(Entry::read(path, &it.path())?),
        }
    }
    Ok(())
}

/// The licences, in a folder of an archive.
fn licences(folder: &str) -> Done<Vec<Entry>> {
    let names = ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT"];
    names.iter().map(|it| Entry::read(format!("{folder}/{it}"), &root().join(it))).collect()
}

/// Writes the checksums of all that is there, as `sha256sum --check` reads them.
fn write_sums(dist: &Path) -> Outcome {
    let mut lines = Vec::new();
    for (name, bytes) in artefacts(dist)? {
        say(&format!("   {:>9} bytes  {name}", bytes.len()));
        lines.push(format!("{}  {name}\n", hex(&archive::sha256(&bytes))));
    }
    std::fs::write(dist.join("SHA256SUMS"), lines.concat())?;
    Ok(())
}

/// The packages in `dist/` by name, without their checksums.
fn artefacts(dist: &Path) -> Done<Vec<(String, Vec<u8>)>> {
    let missing = |it| format!("{}: {it}; `cargo xtask dist` makes it", dist.display());
    let mut out = Vec::new();
    for it in std::fs::read_dir(dist).map_err(missing)? {
        let it = it?;
        let name = it.file_name().to_string_lossy().into_owned();
        if name != "SHA256SUMS" {
            out.push((name, std::fs::read(it.path())?));
        }
    }
    out.sort();
    Ok(out)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}
