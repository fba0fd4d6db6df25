//! Settings from their text.

use policy::PolicyKind;
use policy::lower;
use policy::model::Text;
use syntax::ast::{self, Object, Shape as Json, Source, Value};
use syntax::{SourceFile, SyntaxErrorKind, TextRange};

use super::keys::{Group, Key, Shape};
use super::{Ignore, Problem, Said};
use crate::config::{Level, Pack};
use crate::finding::{Fix, Severity};
use crate::{fix, nearest, rules};

/// Beyond this, more syntax errors say nothing more.
const MAX_SYNTAX_ERRORS: usize = 20;

/// Reads settings. `glob_fault` says what is wrong with a glob.
pub fn read(file: &SourceFile, glob_fault: &dyn Fn(&str) -> Option<String>) -> Said {
    let mut reader = Reader { out: Said::default(), glob_fault };
    // A comma at the end hurts nobody here.
    let errors = file.tree().errors(MAX_SYNTAX_ERRORS).into_iter();
    for error in errors.filter(|it| it.kind != SyntaxErrorKind::TrailingComma) {
        reader.error(error.range, error.kind.message().to_owned());
    }
    match ast::roots(file.tree(), Source::Text(file.text())).next() {
        Some(it) if matches!(it.shape(), Json::Null) => {}
        Some(it) => {
            if let Some(object) = reader.object(&it, "The configuration") {
                reader.members(&object, Group::Root);
            }
        }
        None => {}
    }
    reader.out.problems.sort_by(|a, b| (a.range, &a.message).cmp(&(b.range, &b.message)));
    reader.out
}

struct Reader<'a> {
    out: Said,
    glob_fault: &'a dyn Fn(&str) -> Option<String>,
}

impl Reader<'_> {
    fn error(&mut self, range: TextRange, message: String) {
        self.out.problems.push(Problem { range, severity: Severity::Error, message, fix: None });
    }

    /// Says that a name is not known, with the one that was probably meant.
    fn unknown<'a>(&mut self, what: &str, name: &Text, known: impl Iterator<Item = &'a str>) {
        let near = nearest::nearest(&name.value, known);
        let asks = near.map(|it| format!("; did you mean `{it}`?")).unwrap_or_default();
        let message = format!("There is no {what} `{}`{asks}", name.value);
        let fix =
            near.map(|it| Fix::suggested(format!("Change to `{it}`"), vec![fix::replace_text(name, it)]));
        self.out.problems.push(Problem { range: name.range, severity: Severity::Error, message, fix });
    }

    /// Says what belongs in place of a value.
    fn wrong(&mut self, value: &Value<'_>, wanted: &str) {
        if !matches!(value.shape(), Json::Broken) && !value.has_errors() {
            let written: String = value.text().chars().take(60).collect();
            self.error(value.range(), format!("This is {written}; write {wanted}"));
        }
    }

    /// Reads the members of an object; of a repeated one the first.
    fn members(&mut self, object: &Object<'_>, group: Group) {
        let mut seen: Vec<Box<str>> = Vec::new();
        let mut ignore = Written::default();
        for member in object.members() {
            let name = lower::text(&member.key());
            if seen.contains(&name.value) {
                self.error(name.range, format!("`{}` is written twice", name.value));
                continue;
            }
            seen.push(name.value.clone());
            let Some(key) = group.key(&name.value) else {
                self.unknown("setting", &name, group.keys().iter().map(|it| it.name));
                continue;
            };
            // `null` is what is not said.
            if let Some(value) = member.value().filter(|it| !matches!(it.shape(), Json::Null)) {
                self.set(group, key, &value, &mut ignore);
            }
        }
        if group == Group::Ignore && !object.has_errors() {
            self.ignore(object.range(), ignore);
        }
    }

    fn set(&mut self, group: Group, key: &Key, value: &Value<'_>, ignore: &mut Written) {
        match key.shape {
            Shape::Text => match lower::text_of(value) {
                Some(text) if key.name == "sid" => ignore.sid = Some(text.value.into()),
                Some(_) => {}
                None => self.wrong(value, "a text in quotes"),
            },
            Shape::Switch { .. } => match &*value.text() {
                on @ ("true" | "false") => match group {
                    Group::Lens => self.out.lens = Some(on == "true"),
                    Group::InlayHints => self.out.inlay_hints = Some(on == "true"),
                    Group::Root | Group::Ignore => debug_assert!(false, "no switch {}", key.name),
                },
                _ => self.wrong(value, "`true` or `false`"),
            },
            Shape::Pack => match lower::text_of(value).and_then(|it| Pack::from_name(&it.value)) {
                Some(pack) => self.out.pack = Some(pack),
                None => self.wrong(value, &one_of(Pack::ALL.map(Pack::name))),
            },
            Shape::Kinds => {
                for (glob, value) in self.named(value, key.name, "glob") {
                    let kind = lower::text_of(&value).and_then(|it| PolicyKind::from_name(&it.value));
                    let is_glob = self.glob(&glob);
                    match kind {
                        Some(kind) if is_glob => self.out.kinds.push((glob, kind)),
                        Some(_) => {}
                        None => self.wrong(&value, &one_of(PolicyKind::ALL.map(PolicyKind::name))),
                    }
                }
            }
            Shape::Levels => {
                for (name, value) in self.named(value, key.name, "rule") {
                    let level = lower::text_of(&value).and_then(|it| Level::from_name(&it.value));
                    let is_rule = self.rule(&name);
                    match level {
                        Some(level) if is_rule => {
                            self.out.rules.insert(name.value.into(), level);
                        }
                        Some(_) => {}
                        None => self.wrong(&value, &one_of(Level::NAMES)),
                    }
                }
            }
            Shape::Glob => match lower::text_of(value) {
                Some(glob) => ignore.files = self.glob(&glob).then_some(glob).or(ignore.files.take()),
                None => self.wrong(value, "a glob in quotes"),
            },
            Shape::Rules => {
                let names = self.texts(value, "names of rules");
                ignore.rules = names.into_iter().filter(|it| self.rule(it)).collect();
                ignore.has_rules = true;
            }
            Shape::Accounts => {
                let accounts = self.texts(value, "account numbers in quotes");
                let mut out = Vec::new();
                for it in accounts {
                    match it.value.len() == 12 && it.value.bytes().all(|it| it.is_ascii_digit()) {
                        true => out.push(it.value.into()),
                        false => self.error(it.range, "An account has 12 digits".to_owned()),
                    }
                }
                // An editor sends the empty list for what is not set.
                self.out.accounts = Some(out).filter(|it| !it.is_empty());
            }
            Shape::Organization => match lower::text_of(value) {
                Some(id) if is_organization(&id.value) => self.out.organization = Some(id.value.into()),
                _ => self.wrong(value, "the id of an organization, as `o-a1b2c3d4e5`"),
            },
            Shape::Object(group) => {
                if let Some(object) = self.object(value, &format!("`{}`", key.name)) {
                    self.members(&object, group);
                }
            }
            Shape::List(group) => match value.as_array() {
                Some(array) => {
                    for element in array.elements() {
                        if let Some(object) = self.object(&element, "An element of this list") {
                            self.members(&object, group);
                        }
                    }
                }
                None => self.wrong(value, "a list of objects"),
            },
        }
    }

    fn ignore(&mut self, range: TextRange, written: Written) {
        let missing = [(written.files.is_none(), "files"), (!written.has_rules, "rules")];
        let names: Vec<&str> = missing.iter().filter(|it| it.0).map(|it| it.1).collect();
        let is_told = self.out.problems.iter().any(|it| range.contains_range(it.range));
        match written.files {
            Some(files) if names.is_empty() => {
                self.out.ignores.push(Ignore { range, files, rules: written.rules, sid: written.sid });
            }
            _ if is_told => {}
            _ => {
                let verb = if names.len() == 1 { "is" } else { "are" };
                let names = names.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(" and ");
                let range = TextRange::new(range.start, range.start + 1);
                self.error(range, format!("Say what is ignored: {names} {verb} missing"));
            }
        }
    }

    /// An object. An empty list is one too: Lua has one empty table for both, and its editors send it so.
    fn object<'t>(&mut self, value: &Value<'t>, what: &str) -> Option<Object<'t>> {
        if let Some(object) = value.as_object() {
            return Some(object);
        }
        if value.as_array().is_none_or(|it| it.elements().next().is_some())
            && !matches!(value.shape(), Json::Broken)
        {
            self.error(value.range(), format!("{what} is an object"));
        }
        None
    }

    /// The members of an object whose keys are names, each once.
    fn named<'t>(&mut self, value: &Value<'t>, key: &str, of: &str) -> Vec<(Text, Value<'t>)> {
        let mut out: Vec<(Text, Value<'t>)> = Vec::new();
        let Some(object) = self.object(value, &format!("`{key}`")) else { return out };
        for member in object.members() {
            let name = lower::text(&member.key());
            if out.iter().any(|(it, _)| it.value == name.value) {
                self.error(name.range, format!("The {of} `{}` is written twice", name.value));
                continue;
            }
            out.extend(member.value().map(|it| (name, it)));
        }
        out
    }

    /// A text, or a list of texts.
    fn texts(&mut self, value: &Value<'_>, wanted: &str) -> Vec<Text> {
        if let Some(text) = lower::text_of(value) {
            return vec![text];
        }
        let Some(array) = value.as_array() else {
            self.wrong(value, &format!("a list of {wanted}"));
            return Vec::new();
        };
        let mut out = Vec::new();
        for element in array.elements() {
            match lower::text_of(&element) {
                Some(text) => out.push(text),
                None => self.wrong(&element, wanted),
            }
        }
        out
    }

    /// Whether a glob is one.
    fn glob(&mut self, glob: &Text) -> bool {
        let fault = (self.glob_fault)(&glob.value);
        if let Some(fault) = &fault {
            self.error(glob.range, format!("This is no glob: {fault}"));
        }
        fault.is_none()
    }

    /// Whether a rule is one.
    fn rule(&mut self, name: &Text) -> bool {
        let is_rule = rules::rule(&name.value).is_some();
        if !is_rule {
            self.unknown("rule", name, rules::ALL.iter().map(|it| it.name));
        }
        is_rule
    }
}

/// What an element of `ignore` says so far.
#[derive(Default)]
struct Written {
    files: Option<Text>,
    rules: Vec<Text>,
    has_rules: bool,
    sid: Option<String>,
}

/// Whether a text is the id of an organization.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html>
pub(crate) fn is_organization(text: &str) -> bool {
    text.strip_prefix("o-").is_some_and(|it| {
        (10..=32).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
    })
}

fn one_of<const N: usize>(names: [&'static str; N]) -> String {
    format!("one of {}", names.map(|it| format!("`{it}`")).join(", "))
}
