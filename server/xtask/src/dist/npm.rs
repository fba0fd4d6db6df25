//! The packages for npm: one for each platform that holds the program, and one that starts the right of them.

use serde_json::{Map, Value, json};

use super::archive::Entry;
use super::target::Target;
use super::{About, licences};
use crate::tools::root;

type Done<T> = Result<T, Box<dyn std::error::Error>>;

/// The package that people install.
pub(super) fn wrapper(about: &About) -> Done<Vec<Entry>> {
    let platforms: Map<String, Value> =
        Target::npm_packages().into_iter().map(|it| (it, Value::String(about.version.clone()))).collect();
    let manifest = json!({
        "name": "accesslens",
        "version": about.version,
        "description": about.description,
        "license": about.licence,
        "keywords": ["aws", "iam", "policy", "security", "lint", "language-server"],
        "bin": {"accesslens": "launch.js"},
        "engines": {"node": ">=18"},
        "optionalDependencies": platforms,
    });
    let launcher = std::fs::read(root().join("packaging/launch.js"))?;
    package(&manifest, vec![Entry::program("package/launch.js", launcher)])
}

/// The package of one platform.
pub(super) fn platform(about: &About, target: &Target, program: &[u8]) -> Done<Vec<Entry>> {
    let [system, processor] = target.npm;
    let manifest = json!({
        "name": target.npm_package(),
        "version": about.version,
        "description": about.description,
        "license": about.licence,
        "os": [system],
        "cpu": [processor],
        // Yarn would run the program out of a zip.
        "preferUnplugged": true,
    });
    let path = format!("package/bin/{}", target.program());
    package(&manifest, vec![Entry::program(path, program.to_vec())])
}

fn package(manifest: &Value, mut entries: Vec<Entry>) -> Done<Vec<Entry>> {
    entries.push(Entry::new("package/package.json", format!("{manifest:#}\n")));
    entries.push(Entry::read("package/README.md", &root().join("packaging/README.md"))?);
    entries.extend(licences("package")?);
    Ok(entries)
}
