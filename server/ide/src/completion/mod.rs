//! What can be written at the cursor.
//!
//! An item replaces the whole text of the string it stands in, or the half-typed word, and brings the quotes, colon,
//! value and commas that are missing, so that nothing depends on what an editor takes for a word. Answers are small:
//! lists are cut, and explanations come from [`resolve`].

mod action;
mod condition;
mod element;
mod principal;
mod resource;
mod resource_field;
pub mod scenario;
pub mod settings;
mod sid;
mod skeleton;
mod snippet;
mod value;
mod variable;

use policy::model::StatementAt;
use syntax::{TextEdit, TextSize};

use crate::Analysis;
use crate::fix::escape;
use crate::place::{self, Place, Slot};
use crate::seen::Seen;

/// How many statements on either side of the cursor are read for names.
const NEIGHBOURS: usize = 100;

/// No answer has more items.
pub const MOST_ITEMS: usize = 120;

/// An answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completions {
    /// Best first.
    pub items: Vec<Item>,
    /// Whether there is more, so that the client must ask again after the next key.
    pub is_incomplete: bool,
}

/// Something to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What is shown.
    pub label: String,
    /// What it is.
    pub kind: ItemKind,
    /// A few words about it.
    pub detail: String,
    /// What the text before the cursor is compared with.
    pub filter_text: String,
    /// Where it stands among the items.
    pub sort_text: String,
    /// The edit at the cursor.
    pub edit: TextEdit,
    /// The same with placeholders as in `${1:name}`, for clients that have them.
    pub snippet_edit: Option<TextEdit>,
    /// Edits elsewhere.
    pub additional_edits: Vec<TextEdit>,
    /// Whether it is the one to take.
    pub preselect: bool,
    /// What [`resolve`] needs to explain it.
    pub data: Option<String>,
}

/// What an [`Item`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemKind {
    /// A key of a policy or statement.
    Element,
    /// A whole statement or policy.
    Skeleton,
    /// One of few values: `Allow`, `2012-10-17`, `true`.
    Value,
    /// The prefix of a service; the name of an action follows.
    Service,
    /// An action.
    Action,
    /// A pattern of actions.
    Wildcard,
    /// An ARN, or `*`.
    Resource,
    /// A principal or a type of principals.
    Principal,
    /// A condition operator.
    Operator,
    /// A condition key.
    ConditionKey,
}

/// What can be written at `at`. `elsewhere` is what other files of the workspace name.
pub fn complete(analysis: &Analysis, at: TextSize, elsewhere: &Seen) -> Completions {
    let Some(place) = place::place(analysis, at) else { return Completions::default() };
    let cx = Cx { analysis, place: &place, elsewhere };
    let mut acc = Acc::default();
    match &place.slot {
        Slot::Document => skeleton::documents(&cx, &mut acc),
        Slot::PolicyKey => {
            element::policy_keys(&cx, &mut acc);
            if place.siblings.is_empty() {
                skeleton::documents(&cx, &mut acc);
            }
        }
        Slot::Version => element::versions(&mut acc),
        Slot::Statement => skeleton::statements(&cx, &mut acc),
        Slot::StatementKey => element::statement_keys(&cx, &mut acc),
        Slot::Effect => element::effects(&cx, &mut acc),
        Slot::Action { .. } => action::actions(&cx, &mut acc),
        Slot::Resource { .. } | Slot::ConditionValue { .. } if variable::variables(&cx, &mut acc) => {}
        Slot::Resource { .. } => resource::resources(&cx, &mut acc),
        Slot::Principal => principal::whole(&cx, &mut acc),
        Slot::PrincipalType => principal::types(&cx, &mut acc),
        Slot::PrincipalValue { of } => principal::values(&cx, of, &mut acc),
        Slot::Condition => condition::whole(&mut acc),
        Slot::ConditionOperator => condition::operators(&cx, &mut acc),
        Slot::ConditionBlock { .. } => condition::block(&mut acc),
        Slot::ConditionKey { operator } => condition::keys(&cx, operator, &mut acc),
        Slot::ConditionValue { operator, key } => value::values(&cx, operator, key, &mut acc),
        Slot::Sid => sid::sids(&cx, &mut acc),
        Slot::Id => {}
    }
    acc.finish(&place)
}

/// The explanation of an item, in markdown.
pub fn resolve(data: &str) -> Option<String> {
    match data.split_once(' ') {
        Some(("recipe", label)) => skeleton::explain(label),
        Some(("scenario-key", key)) => scenario::explain(key),
        Some(("setting", key)) => settings::explain(key),
        Some(("rule", name)) => crate::rules::rule(name).map(crate::hover::settings::rule),
        _ => crate::hover::by_name(data),
    }
}

/// What every source of items looks at.
struct Cx<'a> {
    analysis: &'a Analysis,
    place: &'a Place,
    elsewhere: &'a Seen,
}

impl<'a> Cx<'a> {
    /// What the workspace names; of this file, what the statements around the cursor do, without what is being
    /// written.
    fn seen(&self) -> Seen {
        let mut out = Seen::default();
        let first = self.place.statement.unwrap_or(0).saturating_sub(NEIGHBOURS);
        let policy = self.place.policy(self.analysis).into_iter();
        let around = policy.flat_map(|it| it.statements.iter_from(first)).take(2 * NEIGHBOURS + 1);
        around.for_each(|it| out.add(it.statement));
        out.merge(self.elsewhere);
        out
    }

    fn statement(&self) -> Option<StatementAt<'a>> {
        self.place.statement(self.analysis)
    }
}

/// The items while they are collected, best first.
#[derive(Default)]
struct Acc {
    drafts: Vec<Draft>,
    is_incomplete: bool,
}

/// An item before it is known what the text around it lacks.
#[derive(Default)]
struct Draft {
    label: String,
    kind: Option<ItemKind>,
    detail: String,
    /// When it is not the label.
    filter: Option<String>,
    write: Write,
    /// What follows a key that has no value yet.
    value: Value,
    data: Option<String>,
    preselect: bool,
}

/// What an item writes.
#[derive(Default)]
enum Write {
    /// The label as a string.
    #[default]
    Label,
    /// A string: as it is, and with placeholders.
    Text(String, Option<String>),
    /// JSON, the same in two ways.
    Json(String, String),
}

/// The value of a key, plain and with placeholders.
#[derive(Clone, Copy)]
struct Value {
    plain: &'static str,
    snippet: &'static str,
}

impl Default for Value {
    fn default() -> Value {
        Value { plain: "\"\"", snippet: "\"$0\"" }
    }
}

impl Acc {
    fn add(&mut self, draft: Draft) {
        self.drafts.push(draft);
    }

    fn is_full(&self) -> bool {
        self.drafts.len() >= MOST_ITEMS
    }

    fn finish(mut self, place: &Place) -> Completions {
        let is_incomplete = self.is_incomplete || self.drafts.len() > MOST_ITEMS;
        let typed = place.prefix.to_ascii_lowercase();
        // What begins with the text comes first; otherwise the order stays.
        self.drafts.sort_by_cached_key(|it| {
            let text = it.filter.as_ref().unwrap_or(&it.label).to_ascii_lowercase();
            (!text.starts_with(&typed), !text.contains(&typed))
        });
        self.drafts.truncate(MOST_ITEMS);
        let items = self.drafts.into_iter().enumerate().map(|(idx, it)| it.finish(idx, place)).collect();
        Completions { items, is_incomplete }
    }
}

impl Draft {
    fn finish(self, idx: usize, place: &Place) -> Item {
        let mut filter = self.filter.unwrap_or_else(|| self.label.clone());
        let as_string = |plain: &str, snippet: Option<&str>| {
            let plain_edit = place.put(&escape(plain), self.value.plain);
            let has_value = place.lacks.value;
            let snippet = match snippet {
                Some(snippet) => Some(snippet.to_owned()),
                None => has_value.then(|| literal(&escape(plain))),
            };
            let snippet_edit = snippet.map(|it| place.put(&it, self.value.snippet));
            (plain_edit, snippet_edit)
        };
        let (edit, snippet_edit) = match &self.write {
            Write::Label => as_string(&self.label, None),
            Write::Text(plain, snippet) => as_string(plain, snippet.as_deref()),
            Write::Json(plain, snippet) => {
                if place.token.start < place.range.start {
                    filter.insert(0, '"');
                }
                (place.put_json(plain), Some(place.put_json(snippet)))
            }
        };
        Item {
            label: self.label,
            kind: self.kind.unwrap_or(ItemKind::Value),
            detail: self.detail,
            filter_text: filter,
            sort_text: format!("{idx:04}"),
            edit,
            snippet_edit,
            additional_edits: place.comma().into_iter().collect(),
            preselect: self.preselect,
            data: self.data,
        }
    }
}

/// The first sentence of a description, without marks: an item's detail is plain text.
fn first_sentence(text: &str) -> String {
    let first = text.split_inclusive(". ").next().unwrap_or(text).trim_end();
    first.trim_end_matches('.').replace('`', "")
}

/// Text in a snippet that is no placeholder.
fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '$' | '}' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A format such as `arn:${Partition}:s3:::${BucketName}` as plain text with stars, and as a snippet.
fn fill(format: &str, partition: &str) -> (String, String) {
    let (mut plain, mut snippet) = (String::new(), String::new());
    let mut rest = format;
    let mut n = 1;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        plain.push_str(before);
        snippet.push_str(&literal(before));
        if name == "Partition" {
            plain.push_str(partition);
            snippet.push_str(&literal(partition));
        } else {
            plain.push('*');
            snippet.push_str(&format!("${{{n}:{}}}", literal(name)));
            n += 1;
        }
        rest = behind;
    }
    plain.push_str(rest);
    snippet.push_str(&literal(rest));
    (plain, snippet)
}

#[cfg(test)]
mod tests;
