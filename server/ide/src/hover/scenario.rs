//! What stands under the mouse in a scenario file.

use policy::eval::{Layer, Tri};
use syntax::{Kind, SourceFile, TextRange, TextSize};

use super::{Hover, code, count, escape};
use super::{action, key as condition_key, principal, resource, value};
use crate::decision::{self, report};
use crate::scenario::keys::{Key, Level, Shape};
use crate::scenario::slot::{self, Here, Slot};
use crate::scenario::{Case, Expect, PolicyFile, PrincipalSpec, RequestSpec, Results, Scenario};
use crate::{Config, explain, tokens};

/// How many requests of one element are listed.
const MOST_CASES: usize = 8;

/// How many files and policies are listed.
const MOST_FILES: usize = 10;

/// The explanation of the token that holds the byte `at` of a scenario file. `results` are those of `scenario`, as
/// far as it was run.
pub fn hover(
    file: &SourceFile,
    at: TextSize,
    scenario: &Scenario,
    results: Option<&Results>,
    config: &Config,
) -> Option<Hover> {
    let cx = Cx { scenario, results, config };
    let Some(here) = slot::here_of(file, at) else { return cx.brace(file, at) };
    let markdown = cx.explain(&here)?;
    Some(Hover { range: here.spot.token, markdown: markdown.trim_end().to_owned() })
}

/// The documentation of a key.
pub(crate) fn key(key: &Key) -> String {
    format!("**{}**\n\n{}", code(key.name), key.docs)
}

struct Cx<'a> {
    scenario: &'a Scenario,
    results: Option<&'a Results>,
    config: &'a Config,
}

impl Cx<'_> {
    fn explain(&self, here: &Here<'_>) -> Option<String> {
        let text = &*here.spot.text;
        let at = here.spot.token.start;
        match &here.slot {
            Slot::Document => None,
            Slot::Key(level) => {
                let docs = key(level.key(text)?);
                let own = (*level == Level::Request && matches!(text, "name" | "as" | "action" | "expect"))
                    .then(|| self.request_at(at));
                Some(with(own.flatten(), docs))
            }
            Slot::Name(Level::Resource) => resource::resource(text, false, None, None),
            Slot::Name(_) => self.principal(text),
            Slot::Object(_) => None,
            Slot::Value { of, key: it, .. } => match it.shape {
                Shape::Actions => action::pattern(text, false, None),
                Shape::Resources => resource::resource(text, false, None, None),
                Shape::Arn => who(text),
                Shape::Names | Shape::Name => self.principal(text).or_else(|| Some(key(it))),
                Shape::File | Shape::Files | Shape::Levels => {
                    Some(self.files(here.spot.token).unwrap_or_else(|| key(it)))
                }
                Shape::Expect => {
                    let docs = Expect::ALL.into_iter().find(|it| it.name() == text).map(Expect::docs);
                    let docs = docs.map_or_else(|| key(it), |it| format!("**{}**\n\n{it}", code(text)));
                    Some(with(self.request_at(at), docs))
                }
                Shape::Text if *of == Level::Request => self.request_at(at).or_else(|| Some(key(it))),
                Shape::Text
                | Shape::Account
                | Shape::Context
                | Shape::Unlisted
                | Shape::Objects(_)
                | Shape::List(_) => Some(key(it)),
            },
            Slot::ContextKey => Some(with(self.hangs_on(text, at), condition_key::key(text, None, None)?)),
            Slot::ContextValue { key, .. } => {
                let now = self.config.now;
                value::value(text, &value::Where { operator: "", key, statement: None, test: None, now })
            }
        }
    }

    /// A request by one of its braces.
    fn brace(&self, file: &SourceFile, at: TextSize) -> Option<Hover> {
        let path = tokens::at(file.tree(), at)?;
        if !matches!(path.kind, Kind::LeftBrace | Kind::RightBrace) {
            return None;
        }
        let node = path.parent()?;
        let (idx, spec) = self.requests().find(|(_, it)| it.range == node.range())?;
        Some(Hover { range: path.range, markdown: self.request(idx, spec)?.trim_end().to_owned() })
    }

    fn requests(&self) -> impl Iterator<Item = (usize, &RequestSpec)> {
        self.scenario.requests.iter().enumerate()
    }

    fn request_at(&self, at: TextSize) -> Option<String> {
        let (idx, spec) = self.requests().find(|(_, it)| it.range.start <= at && at < it.range.end)?;
        self.request(idx, spec)
    }

    /// What a request comes to: one with its gates, several in a list.
    fn request(&self, idx: usize, spec: &RequestSpec) -> Option<String> {
        let cases: Vec<&Case> = self.results?.of_request(idx).collect();
        match cases.as_slice() {
            [] => None,
            [only] => Some(one(only, spec)),
            several => Some(list(several, spec)),
        }
    }

    /// Whether an answer hangs on a condition key.
    fn hangs_on(&self, name: &str, at: TextSize) -> Option<String> {
        let own = self.requests().find(|(_, it)| it.range.start <= at && at < it.range.end).map(|it| it.0);
        let cases = self.results?.cases.iter().filter(|it| own.is_none_or(|own| own == it.request));
        let n = cases.filter(|it| it.narrowed.keys.iter().any(|it| it.eq_ignore_ascii_case(name))).count();
        let answers = match n {
            1 => "The answer of 1 request hangs".to_owned(),
            n => format!("The answers of {n} requests hang"),
        };
        (n > 0).then(|| format!("{answers} on its value, which is not known."))
    }

    /// A principal of the file.
    fn principal(&self, name: &str) -> Option<String> {
        let spec = self.scenario.principals.iter().find(|it| &*it.name.value == name)?;
        let mut out = format!("**{}** · principal\n", code(name));
        let arn = spec.arn.as_ref().map(|it| code(&it.value));
        out.extend(arn.map(|it| format!("\n{it}\n")));
        out.extend(spec.extends.as_ref().map(|it| format!("\nBuilds on {}\n", code(&it.value))));
        let layers: Vec<String> = layers(spec).into_iter().map(|it| format!("- {it}\n")).collect();
        if !layers.is_empty() {
            out.push_str(&format!("\n{}", layers.concat()));
        }
        let own = |it: &&Case| &*it.principal == name;
        let n = self.results.map_or(0, |it| it.cases.iter().filter(own).count());
        if n > 0 {
            out.push_str(&format!("\nAsks {}\n", count(n, "time")));
        }
        Some(out)
    }

    /// What a path or glob means.
    fn files(&self, at: TextRange) -> Option<String> {
        let (_, files) = self.results?.files.iter().find(|(it, _)| it.meets(at))?;
        let mut out = format!("**{}**\n\n", count(files.len(), "file"));
        for it in files.iter().take(MOST_FILES) {
            out.push_str(&self.file(it));
        }
        if let Some(n_more) = files.len().checked_sub(MOST_FILES).filter(|it| *it > 0) {
            out.push_str(&format!("- and {n_more} more\n"));
        }
        Some(out)
    }

    fn file(&self, file: &PolicyFile) -> String {
        let policies = file.analysis.policies();
        let mut out = format!("- {}", code(&file.path));
        for (idx, policy) in policies.iter().enumerate().take(MOST_FILES) {
            let pointer: String = policy.place.path.iter().map(|it| format!("/{it}")).collect();
            let line = match policy.statements.len() {
                n if n > super::MOST_SUMMED_UP => format!("{} statements", explain::grouped(n)),
                _ => explain::policy(
                    policy,
                    file.analysis.denies(idx),
                    file.analysis.dead(idx),
                    self.config.now,
                ),
            };
            match pointer.is_empty() {
                true => out.push_str(&format!(" – {}", escape(&line))),
                false => out.push_str(&format!("\n  - {} – {}", code(format!("#{pointer}")), escape(&line))),
            }
        }
        out.push('\n');
        out
    }
}

/// What is about this place before what is always so.
fn with(own: Option<String>, docs: String) -> String {
    match own {
        Some(own) => format!("{}\n\n{docs}", own.trim_end()),
        None => docs,
    }
}

/// A principal by its ARN or name.
fn who(text: &str) -> Option<String> {
    if text == "anonymous" {
        return Some(
            "**`anonymous`**\n\nAnybody, without signing in: only resource policies can let them in."
                .to_owned(),
        );
    }
    let of = if text.starts_with("arn:") { "AWS" } else { "Service" };
    principal::principal(of, text, false)
}

/// The files of each layer, a line for each.
fn layers(spec: &PrincipalSpec) -> Vec<String> {
    let line = |layer: Layer| {
        let of = spec.layers.iter().filter(|it| it.layer == layer).flat_map(|it| &it.files);
        let files: Vec<String> = of.map(|it| code(&it.text.value)).collect();
        let level = match layer {
            Layer::Scp(n) | Layer::Rcp(n) => format!(", level {}", n + 1),
            _ => String::new(),
        };
        let files = if files.is_empty() { "none".to_owned() } else { files.join(", ") };
        format!("{}{level}: {files}", decision::layer(layer))
    };
    spec.layers.iter().map(|it| line(it.layer)).collect()
}

/// One request with its gates.
fn one(case: &Case, spec: &RequestSpec) -> String {
    let is = decision::words(case.narrowed.outcomes);
    let expected = match (spec.expect, case.met) {
        (Some((it, _)), Some(false)) => format!(", expected {}", it.name()),
        (Some(_), _) => ", as expected".to_owned(),
        (None, _) => String::new(),
    };
    let mut out = format!("**{} {is}**{expected}\n\n{}\n", mark(case), asked(case));
    let Some(reasons) = &case.reasons else { return out };
    out.push_str(&format!("\n{}\n\n", escape(&reasons.line)));
    for it in report::gates(&reasons.explanation, &reasons.asked, &*reasons.layered) {
        let open = it.statements.first().filter(|_| it.passes == Tri::Unknown);
        let because = open.and_then(|it| it.because.as_ref()).map(|it| format!(": {it}"));
        out.push_str(&format!("- {}\n", escape(&format!("{}{}", it.line(), because.unwrap_or_default()))));
    }
    let unknown: Vec<String> = case.narrowed.keys.iter().map(|it| code(decision::key_name(it))).collect();
    if !unknown.is_empty() {
        out.push_str(&format!("\nNot known: {}. Say it in `context`.\n", unknown.join(", ")));
    }
    for it in &reasons.explanation.ambiguous {
        out.push_str(&format!("\n{}.\n", it.text()));
    }
    out
}

/// Several requests, those that are not as expected first.
fn list(cases: &[&Case], spec: &RequestSpec) -> String {
    let failed = cases.iter().filter(|it| it.met == Some(false)).count();
    let head = match spec.expect {
        Some((it, _)) => format!("{} of {} {}", cases.len() - failed, cases.len(), it.name()),
        None => format!("{} requests", cases.len()),
    };
    let mut out = format!("**{head}**\n\n");
    let mut sorted: Vec<&&Case> = cases.iter().collect();
    sorted.sort_by_key(|it| it.met != Some(false));
    for it in sorted.iter().take(MOST_CASES) {
        let answer = match &it.reasons {
            Some(reasons) => reasons.line.clone(),
            None => decision::words(it.narrowed.outcomes),
        };
        out.push_str(&format!("- {} {} – {}\n", mark(it), asked(it), escape(&answer)));
    }
    if let Some(n_more) = sorted.len().checked_sub(MOST_CASES).filter(|it| *it > 0) {
        out.push_str(&format!("- and {} more\n", explain::grouped(n_more)));
    }
    out
}

/// Who asks what, on what.
fn asked(case: &Case) -> String {
    let on = if &*case.resource == "*" { String::new() } else { format!(" on {}", code(&case.resource)) };
    format!("{} {}{on}", code(&case.principal), code(&case.action))
}

/// Whether a request is as expected.
fn mark(case: &Case) -> &'static str {
    match case.met {
        Some(true) => "✓",
        Some(false) => "✗",
        None => "·",
    }
}
