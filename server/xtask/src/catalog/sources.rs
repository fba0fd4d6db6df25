//! Fetches the pinned packages through their registries' own clients and unpacks them under `target/`.

use super::format::{Package, Sources};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Folders of the unpacked packages, by what the generator takes from each.
pub(super) struct Unpacked {
    pub(super) primary: PathBuf,
    pub(super) dependents: PathBuf,
    pub(super) global_keys: PathBuf,
    pub(super) api: PathBuf,
    pub(super) older_api: PathBuf,
    pub(super) models: PathBuf,
    pub(super) dates: Dates,
}

/// The days from which the two packages are that are compared.
pub(super) struct Dates {
    pub(super) primary: String,
    pub(super) older: String,
}

/// Downloads what is not in the cache, checks every file against its pin, and unpacks it.
pub(super) fn fetch(root: &Path) -> Result<Unpacked, Box<dyn Error>> {
    let text = fs::read_to_string(root.join("schemas/sources.json"))?;
    let sources: Sources = serde_json::from_str(&text)?;
    let cache = root.join("target/catalog-sources");
    let primary = pinned(&sources, "primary")?;
    let older = pinned(&sources, "dependents")?;
    Ok(Unpacked {
        primary: unpack(primary, &cache)?,
        dependents: unpack(older, &cache)?,
        global_keys: unpack(pinned(&sources, "global-keys")?, &cache)?,
        api: unpack(pinned(&sources, "api")?, &cache)?,
        older_api: unpack(pinned(&sources, "older-api")?, &cache)?,
        models: unpack(pinned(&sources, "models")?, &cache)?,
        dates: Dates { primary: primary.date.clone(), older: older.date.clone() },
    })
}

/// The package of the managed policies of AWS, unpacked. Another task checks them; this one only counts the names
/// in them.
pub(crate) fn corpus(root: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let sources: Sources = serde_json::from_str(&fs::read_to_string(root.join("schemas/sources.json"))?)?;
    unpack(pinned(&sources, "corpus")?, &root.join("target/catalog-sources"))
}

/// The packages with older versions of these policies, unpacked, by their own versions, the oldest first.
pub(crate) fn older_corpora(root: &Path) -> Result<Vec<(String, PathBuf)>, Box<dyn Error>> {
    let sources: Sources = serde_json::from_str(&fs::read_to_string(root.join("schemas/sources.json"))?)?;
    let mut all: Vec<&Package> = sources.packages.iter().filter(|it| it.role == "older-corpus").collect();
    all.sort_by(|a, b| a.date.cmp(&b.date));
    let cache = root.join("target/catalog-sources");
    all.into_iter().map(|it| Ok((it.version.clone(), unpack(it, &cache)?))).collect()
}

/// The package of the solver that a task holds answers against, unpacked.
pub(crate) fn solver(root: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let sources: Sources = serde_json::from_str(&fs::read_to_string(root.join("schemas/sources.json"))?)?;
    unpack(pinned(&sources, "solver")?, &root.join("target/catalog-sources"))
}

/// The managed policies in that package, by name.
pub(crate) fn managed_policies(package: &Path) -> Result<BTreeMap<String, Value>, Box<dyn Error>> {
    let text = fs::read_to_string(package.join("moto/iam/aws_managed_policies.py"))?;
    // A Python module with one string of JSON, without escapes.
    let json = text.split("\"\"\"").nth(1).filter(|it| !it.contains('\\'));
    Ok(serde_json::from_str(json.ok_or("the package has no such string")?)?)
}

fn pinned<'a>(sources: &'a Sources, role: &str) -> Result<&'a Package, Box<dyn Error>> {
    let package = sources.packages.iter().find(|it| it.role == role);
    package.ok_or_else(|| format!("schemas/sources.json pins no `{role}` package").into())
}

fn unpack(package: &Package, cache: &Path) -> Result<PathBuf, Box<dyn Error>> {
    fs::create_dir_all(cache)?;
    let archive = cache.join(&package.file);
    if !is_pinned(&archive, package) {
        download(package, cache)?;
        if !is_pinned(&archive, package) {
            return Err(format!("{} does not have the pinned sha256", package.file).into());
        }
    }
    // Named by the hash, so a changed pin can never meet an older unpacking.
    let folder = cache.join(&package.sha256);
    if !folder.join(".complete").exists() {
        fs::create_dir_all(&folder)?;
        match package.registry.as_str() {
            "PyPI" => run(Command::new("python3").args(["-m", "zipfile", "-e"]).arg(&archive).arg(&folder))?,
            _ => run(Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(&folder))?,
        }
        fs::write(folder.join(".complete"), "")?;
    }
    Ok(folder)
}

fn download(package: &Package, cache: &Path) -> Result<(), Box<dyn Error>> {
    match package.registry.as_str() {
        "PyPI" => {
            let pin = cache.join("requirements.txt");
            fs::write(
                &pin,
                format!("{}=={} --hash=sha256:{}\n", package.name, package.version, package.sha256),
            )?;
            run(Command::new("python3")
                .args(["-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--dest"])
                .arg(cache)
                .arg("--requirement")
                .arg(&pin))
        }
        "npm" => run(Command::new("npm")
            .args(["pack", "--silent", "--pack-destination"])
            .arg(cache)
            .arg(format!("{}@{}", package.name, package.version))),
        other => Err(format!("no client for registry `{other}`").into()),
    }
}

fn is_pinned(archive: &Path, package: &Package) -> bool {
    let Ok(bytes) = fs::read(archive) else { return false };
    let mut hex = String::new();
    for byte in Sha256::digest(bytes) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex == package.sha256
}

fn run(command: &mut Command) -> Result<(), Box<dyn Error>> {
    let output = command.output().map_err(|error| format!("{}: {error}", command.get_program().display()))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{} failed: {}", command.get_program().display(), said.trim()).into())
}
