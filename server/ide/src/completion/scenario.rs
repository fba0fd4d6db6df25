//! What can be written at a place of a scenario file.
//!
//! Actions, ARNs, condition keys and their values are those of policies: a request is read as a statement that allows
//! it, and the sources of policies are asked about that.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::{ValueType, catalog};
use policy::PolicyKind;
use policy::eval::Given;
use syntax::{SourceFile, TextSize};

use super::{
    Acc, Completions, Cx, Draft, ItemKind, Value, Write, action, condition, first_sentence, principal,
    resource, value,
};
use crate::place::{self, Place};
use crate::scenario::keys::{Key, Level, Shape};
use crate::scenario::slot::{self, Here, Slot};
use crate::scenario::{Expect, RequestSpec, Results, Scenario};
use crate::{Analysis, Config, Seen};

/// How many requests on either side of the cursor are read for names.
const NEIGHBOURS: usize = 50;

/// What completion of a scenario file looks at beside the file.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// The policy files of the workspace, as paths from the scenario file, with `/`.
    pub files: &'a [String],
    /// What the scenario comes to, as far as that is known: the keys its answers hang on are offered first.
    pub results: Option<&'a Results>,
    /// What the policies of the workspace name.
    pub elsewhere: &'a Seen,
    /// The settings.
    pub config: &'a Arc<Config>,
}

/// What can be written at `at` in a scenario file. [`super::resolve`] explains the items.
pub fn complete(file: &SourceFile, at: TextSize, around: &Around<'_>) -> Completions {
    let Some(here) = slot::here(file, at) else { return Completions::default() };
    let scenario = Scenario::read(file);
    let own = own_request(&scenario, &here, at);
    let analysis = as_policy(&scenario, own, around.config);
    let place = as_place(&here);
    let cx = Cx { analysis: &analysis, place: &place, elsewhere: around.elsewhere };
    let ask = Ask { cx: &cx, scenario: &scenario, own, here: &here, around };
    let mut acc = Acc::default();
    ask.slot(&mut acc);
    acc.finish(&place)
}

/// The request around a place.
fn own_request(scenario: &Scenario, here: &Here<'_>, at: TextSize) -> Option<usize> {
    let is_request = match &here.slot {
        Slot::Value { of, .. } | Slot::Key(of) => *of == Level::Request,
        Slot::ContextKey | Slot::ContextValue { .. } => true,
        Slot::Document | Slot::Name(_) | Slot::Object(_) => false,
    };
    let found = || scenario.requests.iter().rposition(|it| it.range.start <= at && at <= it.range.end);
    is_request.then(found)?
}

/// The place as one of a policy: what the sources of policies ask of it is the same.
fn as_place(here: &Here<'_>) -> Place {
    let spot = &here.spot;
    let slot = match &here.slot {
        Slot::ContextKey => place::Slot::ConditionKey { operator: String::new() },
        Slot::ContextValue { key, .. } => {
            place::Slot::ConditionValue { operator: String::new(), key: key.clone() }
        }
        Slot::Value { key, .. } if key.shape == Shape::Actions => place::Slot::Action { negated: false },
        _ => place::Slot::Resource { negated: false },
    };
    Place {
        slot,
        kind: PolicyKind::Identity,
        policy: Some(0),
        statement: Some(0),
        range: spot.range,
        token: spot.token,
        text: spot.text.clone(),
        prefix: spot.prefix.clone(),
        siblings: here.siblings.clone(),
        lacks: spot.lacks,
    }
}

/// The requests as a policy that allows them: the first statement is that of the request at the cursor, or of all
/// actions where the cursor is in none.
fn as_policy(scenario: &Scenario, own: Option<usize>, config: &Arc<Config>) -> Analysis {
    let at = own.unwrap_or(0);
    let around = scenario.requests.iter().enumerate().skip(at.saturating_sub(NEIGHBOURS));
    let around: Vec<(usize, &RequestSpec)> = around.take(2 * NEIGHBOURS + 1).collect();
    let first = match own.and_then(|it| scenario.requests.get(it)) {
        Some(it) => request_statement(it),
        None => statement(
            around.iter().flat_map(|(_, it)| &it.actions).map(|it| &*it.value),
            std::iter::empty(),
            &BTreeMap::new(),
        ),
    };
    let others = around.iter().filter(|(idx, _)| Some(*idx) != own).map(|(_, it)| request_statement(it));
    let arns = scenario.principals.iter().filter_map(|it| it.arn.as_ref()).map(|it| &*it.value);
    let who = format!("{{\"Effect\": \"Allow\", \"Principal\": {{\"AWS\": [{}]}}}}", strings(arns));
    let named = scenario.resources.iter().map(|it| &*it.arn.value);
    let what = statement(std::iter::empty(), named, &BTreeMap::new());
    let all: Vec<String> = [first].into_iter().chain(others).chain([who, what]).collect();
    let text = format!("{{\"Version\": \"2012-10-17\", \"Statement\": [{}]}}", all.join(", "));
    Analysis::of(&text, Default::default(), Arc::clone(config))
}

fn request_statement(request: &RequestSpec) -> String {
    let mut context: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for it in &request.context {
        let values = context.entry(&it.name.value).or_default();
        match &it.given {
            Given::One(text) => values.push(text),
            Given::Many(texts) => values.extend(texts.iter().map(|it| &**it)),
            Given::Absent | Given::SomeValue | Given::Unknown => {}
        }
    }
    let actions = request.actions.iter().map(|it| &*it.value);
    statement(actions, request.resources.iter().map(|it| &*it.value), &context)
}

fn statement<'a>(
    actions: impl Iterator<Item = &'a str>,
    resources: impl Iterator<Item = &'a str>,
    context: &BTreeMap<&str, Vec<&str>>,
) -> String {
    let tests = context.iter().map(|(key, values)| {
        format!("\"{}\": [{}]", crate::fix::escape(key), strings(values.iter().copied()))
    });
    let tests: Vec<String> = tests.collect();
    format!(
        "{{\"Effect\": \"Allow\", \"Action\": [{}], \"Resource\": [{}], \"Condition\": {{\"StringEquals\": {{{}}}}}}}",
        strings(actions),
        strings(resources),
        tests.join(", ")
    )
}

fn strings<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let all: Vec<String> = texts.map(|it| format!("\"{}\"", crate::fix::escape(it))).collect();
    all.join(", ")
}

/// What the items of a scenario depend on.
struct Ask<'a> {
    cx: &'a Cx<'a>,
    scenario: &'a Scenario,
    own: Option<usize>,
    here: &'a Here<'a>,
    around: &'a Around<'a>,
}

impl Ask<'_> {
    fn slot(&self, acc: &mut Acc) {
        match &self.here.slot {
            Slot::Document => {
                acc.add(skeleton("scenario", DOCUMENT, "Who may do what, and what is expected"))
            }
            Slot::Key(level) => self.keys(*level, acc),
            Slot::Name(Level::Resource) => self.resource_arns(acc),
            Slot::Name(_) => self.principal_names(acc),
            Slot::Object(level) => object(*level, acc),
            Slot::Value { of, key, depth } => self.value(*of, key, *depth, acc),
            Slot::ContextKey => self.context_keys(acc),
            Slot::ContextValue { key, in_list } => {
                value::values(self.cx, "", key, acc);
                if !in_list {
                    acc.add(Draft {
                        label: "null".into(),
                        detail: "The request does not have this key".into(),
                        write: Write::Json("null".into(), "null".into()),
                        ..Draft::default()
                    });
                }
            }
        }
    }

    fn keys(&self, level: Level, acc: &mut Acc) {
        let mut keys: Vec<&Key> =
            level.keys().iter().filter(|it| !self.cx.place.has_sibling(it.name)).collect();
        keys.sort_by_key(|it| it.name.starts_with('$'));
        for it in keys {
            acc.add(Draft {
                label: it.name.into(),
                kind: Some(ItemKind::Element),
                detail: first_sentence(it.docs),
                value: shape(it.shape),
                data: Some(format!("scenario-key {} {}", level.name(), it.name)),
                ..Draft::default()
            });
        }
    }

    fn value(&self, of: Level, key: &Key, depth: usize, acc: &mut Acc) {
        match key.shape {
            Shape::Text => {}
            Shape::Account => value::values(self.cx, "", "aws:PrincipalAccount", acc),
            Shape::Arn => self.principal_arns(acc),
            Shape::File | Shape::Files => self.files(key.name, acc),
            Shape::Levels => {
                if depth == 0 {
                    acc.add(skeleton("[[files of a level]]", "[[\"$0\"]]", "A list for each level"));
                } else {
                    self.files(key.name, acc);
                }
            }
            Shape::Names | Shape::Name => self.names(of, acc),
            Shape::Actions => action::actions(self.cx, acc),
            Shape::Resources => self.resources(acc),
            Shape::Expect => {
                for it in Expect::ALL {
                    add(it.name(), it.docs(), acc);
                }
            }
            Shape::Unlisted => {
                add("unknown", "An answer that hangs on such a key says so", acc);
                add("absent", "The request has no other keys", acc);
            }
            Shape::Context => acc.add(skeleton("{ key: value }", "{\"$1\": \"$2\"}", "")),
            Shape::Objects(level) => match level {
                Level::Resource => acc.add(skeleton("{ arn: … }", RESOURCES, "")),
                _ => acc.add(skeleton("{ name: … }", PRINCIPALS, "")),
            },
            Shape::List(_) => acc.add(skeleton("[ request ]", REQUESTS, "")),
        }
    }

    fn principal_names(&self, acc: &mut Acc) {
        for (label, detail, value) in [
            ("role", "A role with its policies", ROLE),
            ("user", "A user with its policies", USER),
            ("service", "A service, as resource policies name it", SERVICE),
        ] {
            if !self.cx.place.has_sibling(label) {
                acc.add(Draft {
                    label: label.into(),
                    kind: Some(ItemKind::Principal),
                    detail: detail.into(),
                    write: Write::Text(label.into(), Some(format!("${{1:{label}}}"))),
                    value,
                    ..Draft::default()
                });
            }
        }
    }

    /// Names of principals; of `extends`, without the one it stands in.
    fn names(&self, of: Level, acc: &mut Acc) {
        let own = self.here.owner.as_deref().filter(|_| of == Level::Principal);
        for it in &self.scenario.principals {
            let name = &*it.name.value;
            if Some(name) == own || self.cx.place.has_sibling(name) || name.is_empty() {
                continue;
            }
            acc.add(Draft {
                label: name.into(),
                kind: Some(ItemKind::Principal),
                detail: it.arn.as_ref().map_or_else(String::new, |it| it.value.to_string()),
                ..Draft::default()
            });
        }
    }

    fn principal_arns(&self, acc: &mut Acc) {
        principal::values(self.cx, "AWS", acc);
        acc.drafts.retain(|it| it.label.starts_with("arn:"));
        acc.drafts.sort_by_key(|it| it.label.ends_with(":root"));
        let anonymous = "Anybody, without signing in: only resource policies can let them in";
        acc.add(Draft {
            label: "anonymous".into(),
            kind: Some(ItemKind::Principal),
            detail: anonymous.into(),
            ..Draft::default()
        });
        principal::services(self.cx, acc);
    }

    /// ARNs of what the request's actions act on. `*` only where nothing else is possible.
    fn resources(&self, acc: &mut Acc) {
        resource::resources(self.cx, acc);
        acc.drafts.retain(|it| it.label != "*" || it.preselect);
        let named = self.scenario.resources.iter().map(|it| &*it.arn.value);
        let named: Vec<&str> = named
            .filter(|it| !it.contains('*') && !self.cx.place.has_sibling(it) && !it.is_empty())
            .collect();
        for it in named {
            if acc.drafts.iter().all(|draft| draft.label != it) {
                acc.add(Draft {
                    label: it.into(),
                    kind: Some(ItemKind::Resource),
                    detail: "of resources".into(),
                    ..Draft::default()
                });
            }
        }
    }

    fn resource_arns(&self, acc: &mut Acc) {
        let asked = self.scenario.requests.iter().flat_map(|it| &it.resources).map(|it| &*it.value);
        let mut asked: Vec<&str> = asked
            .filter(|it| {
                it.starts_with("arn:") && !self.cx.place.has_sibling(it) && *it != self.here.spot.text
            })
            .collect();
        asked.sort_unstable();
        asked.dedup();
        for it in asked {
            acc.add(Draft {
                label: it.into(),
                kind: Some(ItemKind::Resource),
                detail: "asked for in requests".into(),
                ..Draft::default()
            });
        }
        let mut known = Acc::default();
        resource::resources(self.cx, &mut known);
        let new = |it: &Draft| it.label != "*" && acc.drafts.iter().all(|draft| draft.label != it.label);
        known.drafts.retain(new);
        acc.is_incomplete |= known.is_incomplete;
        acc.drafts.extend(known.drafts);
        acc.drafts.iter_mut().for_each(|it| it.value = RESOURCE);
    }

    /// Condition keys: those that the answer hangs on first, then those that the request's actions send.
    fn context_keys(&self, acc: &mut Acc) {
        // `Null` compares keys of every type.
        condition::keys(self.cx, "Null", acc);
        let open = self.open_keys();
        for draft in &mut acc.drafts {
            let known = catalog().condition_key(&draft.label);
            draft.value = match known {
                Some(it) if it.multi_valued() => Value { plain: "[]", snippet: "[\"$0\"]" },
                Some(it) if it.value_type() == ValueType::Bool => {
                    Value { plain: "\"true\"", snippet: "\"${9|true,false|}\"" }
                }
                Some(_) | None => Value::default(),
            };
            if open.iter().any(|it| it.eq_ignore_ascii_case(&draft.label)) {
                draft.detail.push_str(" · the answer hangs on it");
            }
        }
        acc.drafts.sort_by_key(|it| !it.detail.ends_with("hangs on it"));
    }

    /// The keys that the answers of the request, or of all of them, hang on.
    fn open_keys(&self) -> Vec<String> {
        let cases = self.around.results.iter().flat_map(|it| &it.cases);
        let own = cases.filter(|it| self.own.is_none_or(|own| own == it.request));
        let mut out: Vec<String> = own.flat_map(|it| &it.narrowed.keys).map(|it| it.to_string()).collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    /// Policy files, those first whose names say that they are what is wanted, and globs of whole folders.
    fn files(&self, key: &str, acc: &mut Acc) {
        let words = words_of(key);
        let is_like = |it: &str| words.iter().any(|word| it.to_ascii_lowercase().contains(word));
        let mut files: Vec<&str> = self.around.files.iter().map(String::as_str).collect();
        files.sort_by_key(|it| (!is_like(it), it.matches('/').count(), *it));
        files.dedup();
        let mut folders: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for it in &files {
            if let Some((folder, name)) = it.rsplit_once('/')
                && let Some((_, ending)) = name.rsplit_once('.')
            {
                *folders.entry((folder, ending)).or_default() += 1;
            }
        }
        for it in files.iter().filter(|it| !self.cx.place.has_sibling(it)) {
            add(it, "", acc);
        }
        if key == "boundary" || key == "policy" || key == "vpcEndpoint" {
            return;
        }
        for ((folder, ending), n) in folders.into_iter().filter(|(_, n)| *n > 1) {
            let glob = format!("{folder}/*.{ending}");
            if !self.cx.place.has_sibling(&glob) {
                add(&glob, &format!("{n} files"), acc);
            }
        }
    }
}

/// What names of files say of the layer that they are for.
fn words_of(key: &str) -> &'static [&'static str] {
    match key {
        "boundary" => &["boundary"],
        "session" => &["session"],
        "scps" => &["scp"],
        "rcps" => &["rcp"],
        "vpcEndpoint" => &["endpoint", "vpce"],
        "policy" => &["bucket", "key", "trust", "resource"],
        _ => &["identity", "role", "user"],
    }
}

fn add(text: &str, detail: &str, acc: &mut Acc) {
    acc.add(Draft { label: text.into(), detail: detail.trim_end_matches('.').into(), ..Draft::default() });
}

/// A whole value. The snippet without its stops is the plain text.
pub(super) fn skeleton(label: &str, text: &str, detail: &str) -> Draft {
    let both = super::snippet::Snippet::of([vec![text]].into_iter());
    let plain = both.plain.concat().concat().replace('\t', "  ");
    let snippet = both.snippet.concat().concat();
    Draft {
        label: label.into(),
        kind: Some(ItemKind::Skeleton),
        detail: detail.into(),
        write: Write::Json(plain, snippet),
        ..Draft::default()
    }
}

/// A whole principal, resource or request.
fn object(level: Level, acc: &mut Acc) {
    match level {
        Level::Root => {}
        Level::Principal => {
            acc.add(skeleton("{ arn, identity }", ROLE.snippet, "A role with its policies"));
        }
        Level::Resource => acc.add(skeleton("{ policy }", RESOURCE.snippet, "A resource with its policy")),
        Level::Request => {
            acc.add(skeleton("request", REQUEST, "Who, what, on what, and what is expected"));
            acc.add(skeleton(
                "request with context",
                REQUEST_WITH_CONTEXT,
                "The same with keys that it sends",
            ));
        }
    }
}

/// What follows a key that has no value yet.
fn shape(shape: Shape) -> Value {
    match shape {
        Shape::Text | Shape::Account | Shape::Arn | Shape::File => Value::default(),
        Shape::Names | Shape::Name | Shape::Actions | Shape::Resources => Value::default(),
        Shape::Files => Value { plain: "[]", snippet: "[\"$0\"]" },
        Shape::Levels => Value { plain: "[]", snippet: "[[\"$0\"]]" },
        Shape::Context => Value { plain: "{}", snippet: "{\"$1\": \"$2\"}" },
        Shape::Expect => {
            Value { plain: "\"allowed\"", snippet: "\"${1|allowed,denied,explicitly-denied,depends|}\"" }
        }
        Shape::Unlisted => Value { plain: "\"absent\"", snippet: "\"${1|absent,unknown|}\"" },
        Shape::Objects(Level::Resource) => Value { plain: "{}", snippet: RESOURCES },
        Shape::Objects(_) => Value { plain: "{}", snippet: PRINCIPALS },
        Shape::List(_) => Value { plain: "[]", snippet: REQUESTS },
    }
}

const ROLE: Value = Value {
    plain: "{\"arn\": \"\", \"identity\": []}",
    snippet: "{\n\t\"arn\": \"arn:aws:iam::${2:111122223333}:role/${3:name}\",\n\t\"identity\": [\"$4\"]\n}",
};

const USER: Value = Value {
    plain: "{\"arn\": \"\", \"identity\": []}",
    snippet: "{\n\t\"arn\": \"arn:aws:iam::${2:111122223333}:user/${3:name}\",\n\t\"identity\": [\"$4\"]\n}",
};

const SERVICE: Value =
    Value { plain: "{\"arn\": \"\"}", snippet: "{ \"arn\": \"${2:sagemaker.amazonaws.com}\" }" };

const RESOURCE: Value = Value { plain: "{}", snippet: "{ \"policy\": \"$0\" }" };

const PRINCIPALS: &str = "{\n\t\"${1:role}\": {\n\t\t\"arn\": \"arn:aws:iam::${2:111122223333}:role/$1\",\n\t\t\"identity\": [\"$3\"]\n\t}\n}";

const RESOURCES: &str = "{\n\t\"${1:arn:aws:s3:::bucket}\": { \"policy\": \"$2\" }\n}";

const REQUEST: &str = "{ \"as\": \"$1\", \"action\": \"$2\", \"resource\": \"$3\", \"expect\": \"${4|allowed,denied,explicitly-denied,depends|}\" }";

const REQUEST_WITH_CONTEXT: &str = "{\n\t\"name\": \"$1\",\n\t\"as\": \"$2\",\n\t\"action\": \"$3\",\n\t\"resource\": \"$4\",\n\t\"context\": { \"$5\": \"$6\" },\n\t\"expect\": \"${7|allowed,denied,explicitly-denied,depends|}\"\n}";

const REQUESTS: &str = "[\n\t{ \"as\": \"$1\", \"action\": \"$2\", \"resource\": \"$3\", \"expect\": \"${4|allowed,denied,explicitly-denied,depends|}\" }\n]";

const DOCUMENT: &str = "{\n\t\"principals\": {\n\t\t\"${1:role}\": {\n\t\t\t\"arn\": \"arn:aws:iam::${2:111122223333}:role/$1\",\n\t\t\t\"identity\": [\"${3:policy.json}\"]\n\t\t}\n\t},\n\t\"requests\": [\n\t\t{ \"as\": \"$1\", \"action\": \"${4:bedrock:InvokeModel}\", \"resource\": \"$5\", \"expect\": \"${6|allowed,denied,explicitly-denied,depends|}\" }\n\t]\n}";

/// The explanation of a key, by its level and name: `request expect`.
pub(super) fn explain(data: &str) -> Option<String> {
    let (level, name) = data.split_once(' ')?;
    let key = Level::from_name(level)?.key(name)?;
    Some(crate::hover::scenario::key(key))
}

#[cfg(test)]
mod tests;
