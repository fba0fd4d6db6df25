//! The house rules that a machine can check.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What each crate may use: other crates of ours, and crates of others. A new one is a change of the design.
/// Crates that are not here may use anything.
const MAY_USE: &[(&str, &[&str])] = &[
    ("syntax", &["jsonc-parser", "ropey"]),
    ("catalog", &["memchr"]),
    ("policy", &["catalog", "syntax", "chrono", "ipnet"]),
    ("ide", &["catalog", "policy", "syntax", "chrono", "ipnet"]),
];

/// Ways to the outside world, which only `accesslens` has.
const EFFECTS: &[&str] = &[
    "std::fs",
    "std::env",
    "std::io",
    "std::process",
    "std::thread",
    "SystemTime",
    "Instant::now",
    "Utc::now",
];

/// Beyond this a file must say in its head why; beyond [`MAX_LINES`] nothing helps.
const MANY_LINES: usize = 600;
const MAX_LINES: usize = 1000;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The files of the project below `folder` whose name ends with one of `ends`, by path from the root.
fn files(folder: &str, ends: &[&str]) -> Vec<(String, String)> {
    let root = root();
    let mut walk = ignore::WalkBuilder::new(root.join(folder));
    let mut out = Vec::new();
    for entry in walk.hidden(false).filter_entry(|it| it.file_name() != ".git").build() {
        let path = entry.unwrap().into_path();
        let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        if path.is_file() && ends.iter().any(|it| name.ends_with(it)) {
            // What is not text has no lines and no words.
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            out.push((name, text));
        }
    }
    out.sort();
    assert!(!out.is_empty(), "nothing in {folder}");
    out
}

/// The names in a section of a `Cargo.toml`.
fn section<'a>(manifest: &'a str, name: &str) -> BTreeSet<&'a str> {
    let head = format!("[{name}]");
    let lines = manifest.lines().skip_while(|it| it.trim() != head).skip(1);
    let entries = lines.take_while(|it| !it.starts_with('['));
    let keys = entries.filter(|it| !it.trim().is_empty() && !it.starts_with(['#', ' ', '\t', ']']));
    keys.map(|it| it.split(['.', '=', ' ']).next().unwrap_or_default()).collect()
}

#[test]
fn dependencies_point_one_way() {
    let mut faults = Vec::new();
    for (krate, allowed) in MAY_USE {
        let path = root().join(format!("server/{krate}/Cargo.toml"));
        let manifest = std::fs::read_to_string(path).unwrap();
        for used in section(&manifest, "dependencies") {
            if !allowed.contains(&used) {
                faults.push(format!("`{krate}` must not use `{used}`"));
            }
        }
    }
    assert_eq!(faults, [""; 0]);
}

#[test]
fn pure_crates_have_no_effects() {
    let mut faults = Vec::new();
    for (krate, _) in MAY_USE {
        for (name, text) in files(&format!("server/{krate}/src"), &[".rs"]) {
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let code = code.lines().filter(|it| !it.trim_start().starts_with("//"));
            let code = code.collect::<Vec<_>>().join("\n");
            let found = EFFECTS.iter().filter(|it| code.contains(**it));
            faults.extend(found.map(|it| format!("{name} uses `{it}`")));
        }
    }
    assert_eq!(faults, [""; 0]);
}

#[test]
fn only_its_folder_knows_the_protocol() {
    let known = |name: &str| name.starts_with("server/accesslens/src/lsp");
    let all = files("server", &[".rs"]);
    let others = all.iter().filter(|(name, text)| text.contains("tower_lsp") && !known(name));
    assert_eq!(others.map(|it| &it.0).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn files_are_short() {
    let mut faults = Vec::new();
    for folder in ["server", "tests", "editors"] {
        for (name, text) in files(folder, &[".rs", ".ts", ".lua"]) {
            let n_lines = text.lines().count();
            let is_test = name.starts_with("tests/") || name.contains("/tests") || name.contains("/test/");
            let head = text.lines().take_while(|it| it.starts_with("//") || it.starts_with("--"));
            let says_why = head.into_iter().any(|it| it.contains(" lines"));
            if n_lines > MAX_LINES && !is_test {
                faults.push(format!("{name} has {n_lines} lines; split it by noun"));
            } else if n_lines > MANY_LINES && !is_test && !says_why {
                faults.push(format!(
                    "{name} has {n_lines} lines; split it, or say in its head why so many lines"
                ));
            }
        }
    }
    assert_eq!(faults, [""; 0]);
}

#[test]
fn files_are_named_by_nouns() {
    let all = files("server", &[".rs"]);
    let vague = ["utils.rs", "util.rs", "helpers.rs", "helper.rs", "common.rs", "misc.rs"];
    let named = all.iter().filter(|(name, _)| vague.iter().any(|it| name.ends_with(&format!("/{it}"))));
    assert_eq!(named.map(|it| &it.0).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn every_crate_forbids_unsafe_code() {
    let workspace = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(workspace.contains("\nunsafe_code = \"forbid\"\n"));
    // The targets of cargo-fuzz are a workspace of their own, whose macro is not safe.
    let manifests = files("server", &["Cargo.toml"]).into_iter().filter(|it| !it.0.contains("/targets/"));
    for (name, manifest) in manifests {
        assert!(section(&manifest, "lints").contains("workspace"), "{name} lacks `[lints] workspace = true`");
    }
}

#[test]
fn no_word_is_left_over() {
    // Put together here, or this file would be found.
    let words =
        ["TO".to_owned() + "DO", "XX".to_owned() + "X", "HA".to_owned() + "CK", "WI".to_owned() + "P"];
    let paths = ["work", "home", "root", "Users"].map(|it| format!("/{it}/"));
    let mut faults = Vec::new();
    for (name, text) in files("server/ide/src/rules", &[".rs"]) {
        faults.extend(text.contains("FILL IN").then(|| format!("{name} has blanks of `new-rule` left")));
    }
    for folder in ["server", "tests", "editors", "docs", "schemas", ".cargo"] {
        if !root().join(folder).exists() {
            continue;
        }
        for (name, text) in files(folder, &[".rs", ".ts", ".lua", ".md", ".toml", ".json", ".jsonc"]) {
            // Facts are quoted as they come.
            if name.starts_with("schemas/") && name.matches('/').count() > 1
                || name.ends_with("package-lock.json")
            {
                continue;
            }
            for (idx, line) in text.lines().enumerate() {
                let has_word =
                    |word: &String| line.split(|c: char| !c.is_ascii_alphanumeric()).any(|it| it == word);
                let has_path = |path: &String| {
                    line.match_indices(path.as_str()).any(|(at, _)| {
                        line[..at].ends_with(|c: char| " \"'`(=".contains(c))
                            || line[..at].ends_with("file://")
                    })
                };
                if words.iter().any(has_word) || paths.iter().any(has_path) {
                    faults.push(format!("{name}:{}: {}", idx + 1, line.trim()));
                }
            }
        }
    }
    assert_eq!(faults, [""; 0]);
}
