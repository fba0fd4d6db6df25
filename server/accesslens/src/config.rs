//! Settings: what a configuration file or an editor says, read into what the analysis takes.
//!
//! One table, [`SETTINGS`], is the source of the reader, of `schemas/config.schema.json` and of the editors'
//! settings. Reading never fails: what is wrong is left out and reported.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveDateTime;
use globset::{GlobBuilder, GlobMatcher};
use ide::config::Pack;
use ide::{Config, Level};
use policy::PolicyKind;
use policy::find::Hint;
use serde_json::{Map, Value};

use crate::workspace::{Failure, reason};

/// The names of configuration files, the first found in a folder wins.
pub const FILE_NAMES: [&str; 4] =
    ["accesslens.json", "accesslens.jsonc", ".accesslens.json", ".accesslens.jsonc"];

/// A setting as it is documented.
#[derive(Debug)]
pub struct Setting {
    /// Its name; a dot is an object around it.
    pub key: &'static str,
    /// What it does, in Markdown.
    pub docs: &'static str,
    /// What it holds.
    pub shape: Shape,
}

/// What a setting holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `true` or `false`.
    Switch {
        /// What holds when it is not set.
        default: bool,
    },
    /// The name of a pack.
    Pack,
    /// An object from globs to kinds of policies.
    Kinds,
    /// An object from names of rules to levels.
    Levels,
}

/// All settings.
pub const SETTINGS: [Setting; 5] = [
    Setting {
        key: "policyKinds",
        docs: "What the policies in files are attached to, by glob: `{\"**/scp/*.json\": \"scp\"}`. A glob \
               without `/` matches file names in every folder, others match paths from the folder of the \
               configuration. Of several that match, the longest counts. Without it the kind is inferred.",
        shape: Shape::Kinds,
    },
    Setting {
        key: "pack",
        docs: "What is reported, and how: `default` (each finding as its rule reports it), `strict` (advice about what \
               grants too much is a warning) or `aws-parity` (only what IAM Access Analyzer's policy checks report, at \
               their level). `rules` goes before it.",
        shape: Shape::Pack,
    },
    Setting {
        key: "rules",
        docs: "How single rules are reported, by name: `error`, `warning`, `info`, `hint` or `off`.",
        shape: Shape::Levels,
    },
    Setting {
        key: "lens.enable",
        docs: "Show above each policy and statement what it really grants.",
        shape: Shape::Switch { default: true },
    },
    Setting {
        key: "inlayHints.enable",
        docs: "Show what a wildcard, an account number or a value stands for behind it.",
        shape: Shape::Switch { default: true },
    },
];

/// Settings that were read.
#[derive(Debug, Clone)]
pub struct Settings {
    /// In the order they are asked.
    kinds: Vec<KindGlob>,
    pack: Option<Pack>,
    rules: BTreeMap<String, Level>,
    lens: bool,
    inlay_hints: bool,
}

/// The kind of the policies in some files.
#[derive(Debug, Clone)]
struct KindGlob {
    /// The folder that the glob counts from.
    base: PathBuf,
    glob: GlobMatcher,
    kind: PolicyKind,
}

/// Something in the settings that is wrong and was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The setting, as `rules.unknown-action`.
    pub at: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings::from_value(&Value::Null, Path::new("")).0
    }
}

impl Settings {
    /// Reads settings. Globs count from `base`.
    pub fn from_value(value: &Value, base: &Path) -> (Settings, Vec<Problem>) {
        let mut settings =
            Settings { kinds: Vec::new(), pack: None, rules: BTreeMap::new(), lens: true, inlay_hints: true };
        let mut problems = Vec::new();
        match value {
            Value::Null => {}
            it if is_empty_list(it) => {}
            Value::Object(object) => settings.read(object, "", base, &mut problems),
            other => problems.push(wrong("", other, "an object")),
        }
        (settings, problems)
    }

    fn read(&mut self, object: &Map<String, Value>, path: &str, base: &Path, problems: &mut Vec<Problem>) {
        for (name, value) in object {
            let key = join(path, name);
            if key == "$schema" || value.is_null() {
                continue;
            }
            let is_group = SETTINGS.iter().any(|it| it.key.starts_with(&format!("{key}.")));
            let setting = SETTINGS.iter().find(|it| it.key == key);
            let takes_object =
                setting.map_or(is_group, |it| matches!(it.shape, Shape::Kinds | Shape::Levels));
            if takes_object && is_empty_list(value) {
                continue;
            }
            match (setting, value) {
                (Some(setting), _) => self.set(setting, value, base, problems),
                (None, Value::Object(inner)) if is_group => self.read(inner, &key, base, problems),
                (None, _) if is_group => problems.push(wrong(&key, value, "an object")),
                (None, _) => {
                    let known = SETTINGS.iter().map(|it| it.key);
                    let message = format!("there is no such setting; {}", suggest(&key, known));
                    problems.push(Problem { at: key, message });
                }
            }
        }
    }

    fn set(&mut self, setting: &Setting, value: &Value, base: &Path, problems: &mut Vec<Problem>) {
        match (setting.shape, value) {
            (Shape::Switch { .. }, Value::Bool(on)) => match setting.key {
                "lens.enable" => self.lens = *on,
                "inlayHints.enable" => self.inlay_hints = *on,
                other => debug_assert!(false, "no switch {other}"),
            },
            (Shape::Switch { .. }, _) => problems.push(wrong(setting.key, value, "true or false")),
            (Shape::Pack, _) => match value.as_str().and_then(Pack::from_name) {
                Some(pack) => self.pack = Some(pack),
                None => problems.push(wrong(setting.key, value, &one_of(Pack::ALL.map(Pack::name)))),
            },
            (Shape::Kinds, Value::Object(kinds)) => self.set_kinds(kinds, base, problems),
            (Shape::Levels, Value::Object(levels)) => self.set_levels(levels, setting.key, problems),
            (Shape::Kinds | Shape::Levels, _) => problems.push(wrong(setting.key, value, "an object")),
        }
    }

    fn set_kinds(&mut self, kinds: &Map<String, Value>, base: &Path, problems: &mut Vec<Problem>) {
        let mut globs: Vec<(&String, &Value)> = kinds.iter().collect();
        globs.sort_by_key(|(glob, _)| (std::cmp::Reverse(glob.len()), *glob));
        for (glob, value) in globs {
            let at = format!("policyKinds.{glob}");
            let Some(kind) = value.as_str().and_then(PolicyKind::from_name) else {
                problems.push(wrong(&at, value, &one_of(PolicyKind::ALL.map(PolicyKind::name))));
                continue;
            };
            let pattern =
                if glob.contains('/') { glob.trim_start_matches("./") } else { &format!("**/{glob}") };
            match GlobBuilder::new(pattern).literal_separator(true).build() {
                Ok(matcher) => {
                    let glob = matcher.compile_matcher();
                    self.kinds.push(KindGlob { base: base.to_owned(), glob, kind });
                }
                Err(error) => {
                    problems.push(Problem { at, message: format!("{}; correct the glob", error.kind()) })
                }
            }
        }
    }

    fn set_levels(&mut self, levels: &Map<String, Value>, key: &str, problems: &mut Vec<Problem>) {
        for (name, value) in levels {
            let at = format!("{key}.{name}");
            let level = value.as_str().and_then(Level::from_name);
            match (ide::rules::rule(name), level) {
                (Some(_), Some(level)) => {
                    self.rules.insert(name.clone(), level);
                }
                (Some(_), None) => problems.push(wrong(&at, value, &one_of(Level::NAMES))),
                (None, _) => {
                    let known = ide::rules::ALL.iter().map(|it| it.name);
                    let message = format!("there is no such rule; {}", suggest(name, known));
                    problems.push(Problem { at, message });
                }
            }
        }
    }

    /// The same with another pack.
    pub fn with_pack(&self, pack: Option<Pack>) -> Settings {
        Settings { pack: pack.or(self.pack), ..self.clone() }
    }

    /// These settings with those of a project put over them: the project decides on kinds and rules, so that an
    /// editor and CI agree; lenses and hints are shown when neither turns them off.
    pub fn below(&self, project: &Settings) -> Settings {
        let mut rules = self.rules.clone();
        rules.extend(project.rules.iter().map(|(name, level)| (name.clone(), *level)));
        Settings {
            kinds: project.kinds.iter().chain(&self.kinds).cloned().collect(),
            pack: project.pack.or(self.pack),
            rules,
            lens: self.lens && project.lens,
            inlay_hints: self.inlay_hints && project.inlay_hints,
        }
    }

    /// What the analysis of a file is to know at a moment.
    pub fn config_for(&self, path: &Path, now: NaiveDateTime) -> (Arc<Config>, Hint) {
        let (rules, lens, inlay_hints) = (self.rules.clone(), self.lens, self.inlay_hints);
        let matches = |it: &&KindGlob| it.glob.is_match(path.strip_prefix(&it.base).unwrap_or(path));
        let kind = self.kinds.iter().find(matches).map(|it| it.kind);
        let file_name = path.file_name().map(|it| it.to_string_lossy().into_owned());
        let pack = self.pack.unwrap_or_default();
        (Arc::new(Config { pack, rules, lens, inlay_hints, now }), Hint { kind, file_name })
    }
}

/// The settings in a file. Fails when the file cannot be read or is not JSON.
pub fn read(path: &Path) -> Result<(Settings, Vec<Problem>), Failure> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure(format!("cannot read the configuration {shown}: {}; check the path", reason(&error)))
    })?;
    let value = jsonc_parser::parse_to_serde_value::<Value>(&text, &jsonc_parser::ParseOptions::default());
    let value = value
        .map_err(|error| Failure(format!("the configuration {shown} is not JSON: {error}; correct it")))?;
    let base = path.parent().unwrap_or(Path::new(""));
    Ok(Settings::from_value(&value, base))
}

/// The configuration file that holds for files in `folder`: the one in it, or in the nearest folder around it.
pub fn find(folder: &Path) -> Option<PathBuf> {
    let folders = folder.ancestors();
    let mut candidates = folders.flat_map(|folder| FILE_NAMES.iter().map(move |name| folder.join(name)));
    candidates.find(|it| it.is_file())
}

/// Ends a sentence about an unknown name: the one that was probably meant, or all.
pub fn suggest<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let likeness = |it: &&str| strsim::jaro_winkler(&name.to_ascii_lowercase(), &it.to_ascii_lowercase());
    let nearest = known.clone().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    match nearest.filter(|it| likeness(it) > 0.8) {
        Some(it) => format!("did you mean `{it}`?"),
        None => {
            let names: Vec<&str> = known.collect();
            if names.len() > 12 {
                "see `accesslens rules`".to_owned()
            } else {
                format!("there are {}", list(names))
            }
        }
    }
}

/// Lua has one empty table for both, and its editors send it as a list: an empty object.
fn is_empty_list(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty)
}

fn one_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    format!("one of {}", list(names))
}

fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ")
}

fn wrong(at: &str, value: &Value, wanted: &str) -> Problem {
    let shown: String = value.to_string().chars().take(60).collect();
    Problem { at: at.to_owned(), message: format!("is {shown}; write {wanted}") }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_is_an_empty_object() {
        for value in [
            serde_json::json!([]),
            serde_json::json!({"policyKinds": [], "rules": [], "lens": [], "inlayHints": []}),
        ] {
            assert_eq!(Settings::from_value(&value, Path::new("")).1, []);
        }
        for value in
            [serde_json::json!([1]), serde_json::json!({"rules": [1]}), serde_json::json!({"lense": []})]
        {
            assert_eq!(Settings::from_value(&value, Path::new("")).1.len(), 1, "{value}");
        }
        let switch = serde_json::json!({"lens": {"enable": []}});
        assert_eq!(Settings::from_value(&switch, Path::new("")).1.len(), 1);
    }

    #[test]
    fn what_is_wrong_is_said_and_left_out() {
        let value = serde_json::json!({
            "$schema": "https://example.com",
            "policyKinds": { "*.json": "scp", "iam/trust*.json": "trust", "x": "bucket", "[": "rcp" },
            "rules": { "missing-effect": "hint", "mising-effect": "off", "syntax-error": "loud" },
            "lens": { "enable": false, "colour": 1 },
            "inlayHints": true,
            "pack": "aws",
            "lense": {},
        });
        let (settings, problems) = Settings::from_value(&value, Path::new("/w"));
        let problems: Vec<String> = problems.iter().map(|it| format!("{}: {}", it.at, it.message)).collect();
        assert_eq!(
            problems,
            [
                "inlayHints: is true; write an object",
                "lens.colour: there is no such setting; there are `policyKinds`, `pack`, `rules`, `lens.enable`, \
                 `inlayHints.enable`",
                "lense: there is no such setting; did you mean `lens.enable`?",
                "pack: is \"aws\"; write one of `default`, `strict`, `aws-parity`",
                "policyKinds.[: unclosed character class; missing ']'; correct the glob",
                "policyKinds.x: is \"bucket\"; write one of `identity`, `resource`, `trust`, `boundary`, \
                 `session`, `scp`, `rcp`, `vpc-endpoint`",
                "rules.mising-effect: there is no such rule; did you mean `missing-effect`?",
                "rules.syntax-error: is \"loud\"; write one of `error`, `warning`, `info`, `hint`, `off`",
            ]
        );
        let kind = |path: &str| settings.config_for(Path::new(path), NaiveDateTime::MIN).1.kind;
        assert_eq!(kind("/w/a/b.json"), Some(PolicyKind::Scp));
        assert_eq!(kind("/w/iam/trust-a.json"), Some(PolicyKind::Trust));
        assert_eq!(kind("/w/b.jsonc"), None);
        let config = settings.config_for(Path::new("/w/b"), NaiveDateTime::MIN).0;
        assert_eq!((config.lens, config.inlay_hints, config.rules.len()), (false, true, 1));
    }
}
