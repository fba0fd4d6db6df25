//! Settings as they hold for files: what configuration files and editors say, with its globs made.
//!
//! What there is to say is [`ide::settings::keys`]. Reading never fails: what is wrong is left out and reported.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveDateTime;
use globset::{GlobBuilder, GlobMatcher};
use ide::config::{Ignored, Pack};
use ide::settings::{self, FILE_NAMES, Problem, Said};
use ide::{Config, Level};
use policy::PolicyKind;
use policy::find::Hint;
use serde_json::Value;
use syntax::{Encoding, SourceFile, TextRange};

use crate::pointer;
use crate::workspace::{Failure, reason};

/// Settings that were read.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// In the order they are asked.
    kinds: Vec<ForFiles<PolicyKind>>,
    ignores: Vec<ForFiles<Arc<Ignored>>>,
    pack: Option<Pack>,
    rules: BTreeMap<String, Level>,
    accounts: Option<Vec<String>>,
    organization: Option<String>,
    lens: Option<bool>,
    inlay_hints: Option<bool>,
    /// The file that says so, where it is one.
    file: Option<Arc<Path>>,
}

/// Something that holds for some files.
#[derive(Debug, Clone)]
struct ForFiles<T> {
    /// The folder that the glob counts from.
    base: PathBuf,
    glob: GlobMatcher,
    it: T,
}

impl<T> ForFiles<T> {
    /// `None` for a glob that is none.
    fn new(base: &Path, glob: &str, it: T) -> Option<ForFiles<T>> {
        Some(ForFiles { base: base.to_owned(), glob: matcher(glob).ok()?, it })
    }

    fn holds_for(&self, path: &Path) -> bool {
        self.glob.is_match(path.strip_prefix(&self.base).unwrap_or(path))
    }
}

/// A glob without `/` matches names in every folder.
fn matcher(glob: &str) -> Result<GlobMatcher, globset::Error> {
    let pattern = if glob.contains('/') { glob.trim_start_matches("./") } else { &format!("**/{glob}") };
    Ok(GlobBuilder::new(pattern).literal_separator(true).build()?.compile_matcher())
}

/// What is wrong with a glob.
pub fn glob_fault(glob: &str) -> Option<String> {
    matcher(glob).err().map(|it| it.kind().to_string())
}

impl Settings {
    /// The settings that an editor sends, and what is wrong with them. Globs count from `base`.
    pub fn from_value(value: &Value, base: &Path) -> (Settings, Vec<String>) {
        let file = SourceFile::new(&value.to_string(), &[]);
        let said = settings::read(&file, &glob_fault);
        let mut ranges: Vec<TextRange> = said.problems.iter().map(|it| it.range).collect();
        ranges.sort();
        let places = ranges.iter().copied().zip(pointer::pointers(&file, &ranges));
        let places: BTreeMap<TextRange, String> = places.collect();
        let say = |it: &Problem| {
            let place = places.get(&it.range).map_or("", String::as_str).trim_start_matches('/');
            let place = place.replace('/', ".").replace("~1", "/").replace("~0", "~");
            format!("setting `{place}`: {}", it.message)
        };
        let problems = said.problems.iter().map(say).collect();
        (Settings::of(said, base), problems)
    }

    fn of(said: Said, base: &Path) -> Settings {
        let mut kinds = said.kinds;
        kinds.sort_by_key(|(glob, _)| (std::cmp::Reverse(glob.value.len()), glob.value.clone()));
        let kinds = kinds.into_iter().filter_map(|(glob, kind)| ForFiles::new(base, &glob.value, kind));
        let ignore = |it: settings::Ignore| {
            let rules = it.rules.into_iter().map(|it| it.value.into()).collect();
            let ignored = Arc::new(Ignored { rules, sid: it.sid });
            ForFiles::new(base, &it.files.value, ignored)
        };
        Settings {
            kinds: kinds.collect(),
            ignores: said.ignores.into_iter().filter_map(ignore).collect(),
            pack: said.pack,
            rules: said.rules,
            accounts: said.accounts,
            organization: said.organization,
            lens: said.lens,
            inlay_hints: said.inlay_hints,
            file: None,
        }
    }

    /// The same with another pack.
    pub fn with_pack(&self, pack: Option<Pack>) -> Settings {
        Settings { pack: pack.or(self.pack), ..self.clone() }
    }

    /// These settings with those of a project put over them: the project decides on what is reported, so that an
    /// editor and CI agree; lenses and hints are shown when neither turns them off.
    pub fn below(&self, project: &Settings) -> Settings {
        let mut rules = self.rules.clone();
        rules.extend(project.rules.iter().map(|(name, level)| (name.clone(), *level)));
        let both = |a: Option<bool>, b: Option<bool>| Some(a.unwrap_or(true) && b.unwrap_or(true));
        Settings {
            kinds: project.kinds.iter().chain(&self.kinds).cloned().collect(),
            ignores: project.ignores.iter().chain(&self.ignores).cloned().collect(),
            pack: project.pack.or(self.pack),
            rules,
            accounts: project.accounts.clone().or_else(|| self.accounts.clone()),
            organization: project.organization.clone().or_else(|| self.organization.clone()),
            lens: both(self.lens, project.lens),
            inlay_hints: both(self.inlay_hints, project.inlay_hints),
            file: None,
        }
    }

    /// Which elements of `ignore` hold for a file, by number: those that [`Settings::config_for`] gives for it, in order.
    pub fn ignores_for(&self, path: &Path) -> Vec<usize> {
        let ignores = self.ignores.iter().enumerate();
        ignores.filter(|(_, it)| it.holds_for(path)).map(|(n, _)| n).collect()
    }

    /// The file that they were read from.
    pub fn file(&self) -> Option<&Arc<Path>> {
        self.file.as_ref()
    }

    /// What the analysis of a file is to know at a moment.
    pub fn config_for(&self, path: &Path, now: NaiveDateTime) -> (Arc<Config>, Hint) {
        let kind = self.kinds.iter().find(|it| it.holds_for(path)).map(|it| it.it);
        let ignores = self.ignores.iter().filter(|it| it.holds_for(path));
        let config = Config {
            pack: self.pack.unwrap_or_default(),
            rules: self.rules.clone(),
            ignores: ignores.map(|it| Ignored::clone(&it.it)).collect(),
            accounts: self.accounts.clone(),
            organization: self.organization.clone(),
            lens: self.lens.unwrap_or(true),
            inlay_hints: self.inlay_hints.unwrap_or(true),
            now,
        };
        let file_name = path.file_name().map(|it| it.to_string_lossy().into_owned());
        (Arc::new(config), Hint { kind, file_name })
    }
}

/// The settings in a file, and what is wrong with them, each with its place. Fails when the file cannot be read.
pub fn read(path: &Path) -> Result<(Settings, Vec<String>), Failure> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure(format!("cannot read the configuration {shown}: {}; check the path", reason(&error)))
    })?;
    let file = SourceFile::new(&text, &[]);
    let said = settings::read(&file, &glob_fault);
    let say = |it: &Problem| {
        let at = file.text().line_col(it.range.start, Encoding::Utf32);
        format!("{shown}:{}:{}: {}", at.line + 1, at.column + 1, it.message)
    };
    let problems = said.problems.iter().map(say).collect();
    let base = path.parent().unwrap_or(Path::new(""));
    Ok((Settings { file: Some(path.into()), ..Settings::of(said, base) }, problems))
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

fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ")
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
            assert_eq!(Settings::from_value(&value, Path::new("")).1, [""; 0]);
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
            "trustedAccounts": ["111122223333", "1111"],
            "organization": "org",
            "ignore": [{ "files": "*.json" }],
        });
        let (settings, problems) = Settings::from_value(&value, Path::new("/w"));
        assert_eq!(
            problems,
            [
                "setting `ignore.0`: Say what is ignored: `rules` is missing",
                "setting `inlayHints`: `inlayHints` is an object",
                "setting `lens.colour`: There is no setting `colour`",
                "setting `lense`: There is no setting `lense`; did you mean `lens`?",
                "setting `organization`: This is \"org\"; write the id of an organization, as `o-a1b2c3d4e5`",
                "setting `pack`: This is \"aws\"; write one of `default`, `strict`, `aws-parity`",
                "setting `policyKinds.[`: This is no glob: unclosed character class; missing ']'",
                "setting `policyKinds.x`: This is \"bucket\"; write one of `identity`, `resource`, `trust`, \
                 `boundary`, `session`, `scp`, `rcp`, `vpc-endpoint`",
                "setting `rules.mising-effect`: There is no rule `mising-effect`; did you mean `missing-effect`?",
                "setting `rules.syntax-error`: This is \"loud\"; write one of `error`, `warning`, `info`, \
                 `hint`, `off`",
                "setting `trustedAccounts.1`: An account has 12 digits",
            ]
        );
        let kind = |path: &str| settings.config_for(Path::new(path), NaiveDateTime::MIN).1.kind;
        assert_eq!(kind("/w/a/b.json"), Some(PolicyKind::Scp));
        assert_eq!(kind("/w/iam/trust-a.json"), Some(PolicyKind::Trust));
        assert_eq!(kind("/w/b.jsonc"), None);
        let config = settings.config_for(Path::new("/w/b"), NaiveDateTime::MIN).0;
        assert_eq!((config.lens, config.inlay_hints, config.rules.len()), (false, true, 1));
        assert_eq!(config.accounts.as_deref(), Some(&["111122223333".to_owned()][..]));
    }
}
