//! Kinds of policies on the command line.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use policy::PolicyKind;
use policy::model::{KindSource, Policy};

/// Reads the value of `--kind`.
pub(crate) fn parser() -> impl TypedValueParser<Value = PolicyKind> {
    let names = PossibleValuesParser::new(PolicyKind::ALL.map(PolicyKind::name));
    names.try_map(|it| PolicyKind::from_name(&it).ok_or("there is no such kind"))
}

/// How the kind of a policy is known, in a few words.
pub(crate) fn source(source: KindSource) -> &'static str {
    match source {
        KindSource::Said => "as was said",
        KindSource::Place => "by its place",
        KindSource::Content => "by what it says",
        KindSource::Assumed => "assumed; --kind says otherwise",
    }
}

/// The kinds of policies with their numbers: `2 identity policies, 1 trust policy`.
pub(crate) fn count<'a>(policies: impl Iterator<Item = &'a Policy> + Clone) -> String {
    let count = |kind: PolicyKind| policies.clone().filter(|it| it.kind == kind).count();
    let counts = PolicyKind::ALL.map(|it| (it, count(it)));
    let said = counts.iter().filter(|it| it.1 > 0).map(|(kind, n)| match n {
        1 => format!("1 {}", kind.title()),
        n => format!("{n} {}", plural(kind.title())),
    });
    said.collect::<Vec<_>>().join(", ")
}

fn plural(title: &str) -> String {
    match title.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{title}s"),
    }
}
