//! Where the policies of a JSON document are.
//!
//! A policy is any object with a `Statement` that holds statements: a whole file, a part of a template, of an
//! account's authorization details, or several in one file. A file that is one statement, a list of them, or a
//! `Condition` is a fragment. Anything else is not ours.

use std::sync::Arc;

use syntax::ast::{self, Member, Object, Source, Value};
use syntax::{Kind, Node, SourceFile, TextSize};

use crate::infer;
use crate::kind::PolicyKind;
use crate::known::Known;
use crate::lower;
use crate::model::{Form, KindSource, Policy, Statement};
use crate::statements::{Item, Statements};

/// The keys by which policies are found without reading a whole document; give them to the parser.
pub const LANDMARKS: &[&str] = &[
    "Statement",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "NotPrincipal",
    "Condition",
    "Version",
];

const STATEMENT: u32 = 1;
/// `Effect`, `Action`, `NotAction`, `Principal`, `NotPrincipal`: what makes an object look like a statement.
const STATEMENT_LIKE: u32 = 0b1100_1110;
const EFFECT: u32 = 0b10;
const CONDITION: u32 = 1 << 8;
const VERSION: u32 = 1 << 9;

/// Where a policy stands in its document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Keys and indices from the root, as a JSON pointer has them.
    pub path: Vec<Box<str>>,
    /// The `Type` of the template resource around it, as `AWS::S3::BucketPolicy`.
    pub resource_type: Option<Box<str>>,
}

/// What is known from outside of the document.
#[derive(Debug, Clone, Default)]
pub struct Hint {
    /// The kind that was said by a setting or a flag.
    pub kind: Option<PolicyKind>,
    /// The file's name, without its folder.
    pub file_name: Option<String>,
}

/// Gives the model of a statement: `lower` on its text, or a model kept from before.
pub type Lower<'a> = &'a mut dyn FnMut(&Arc<Node>, TextSize) -> Arc<Statement>;

/// The policies of `file` in the order they are written. What has the same tree as in `before`, the policies of an
/// earlier version of the file, is taken over from there.
pub fn policies(file: &SourceFile, hint: &Hint, before: &[Policy], lower: Lower<'_>) -> Vec<Policy> {
    let root = file.tree().root();
    if root.landmarks() & (STATEMENT_LIKE | STATEMENT | CONDITION | VERSION) == 0 {
        return Vec::new();
    }
    let source = Source::Text(file.text());
    let mut search = Search::new(source, hint, before, lower);
    if root.landmarks() & STATEMENT != 0 {
        search.visit_children(root, 0);
    }
    if search.out.is_empty() {
        let mut values = ast::roots(file.tree(), source);
        if let Some(value) = values.next()
            && let Some(policy) = search.root_only(&value)
        {
            search.out.push(policy);
        }
    }
    search.out
}

/// The root of `file` as a policy, whatever it looks like; `None` when it is no object.
pub fn root_policy(file: &SourceFile, hint: &Hint) -> Option<Policy> {
    let source = Source::Text(file.text());
    let mut lower = |node: &Arc<Node>, start| lower_statement(file, node, start);
    let lower: Lower<'_> = &mut lower;
    let mut search = Search::new(source, hint, &[], lower);
    let root = ast::roots(file.tree(), source).next()?.as_object()?;
    Some(search.policy(&root))
}

/// The model of the statement that `node` is, from its text alone.
pub fn lower_statement(file: &SourceFile, node: &Arc<Node>, start: TextSize) -> Arc<Statement> {
    let text = file.text().slice(node.range_at(start));
    let lowered = ast::object(node, 0, Source::Str(&text)).map(lower::statement);
    Arc::new(lowered.unwrap_or_default())
}

struct Search<'a, 'l> {
    source: Source<'a>,
    hint: &'a Hint,
    known: Known<'a>,
    lower: Lower<'l>,
    path: Vec<Box<str>>,
    types: Vec<Box<str>>,
    out: Vec<Policy>,
}

impl<'a, 'l> Search<'a, 'l> {
    fn new(source: Source<'a>, hint: &'a Hint, before: &'a [Policy], lower: Lower<'l>) -> Search<'a, 'l> {
        let known = Known::new(before);
        Search { source, hint, known, lower, path: Vec::new(), types: Vec::new(), out: Vec::new() }
    }

    fn visit_children(&mut self, node: &'a Arc<Node>, start: TextSize) {
        let mut found = Vec::new();
        node.visit_landmarks(STATEMENT, &mut |offset, element| found.push((start + offset, element)));
        for (at, element) in found {
            let Some(child) = element.as_node() else { continue };
            let part = match (node.kind(), child.kind()) {
                (Kind::Array, _) => Some(index_of(node, at - start)),
                (_, Kind::Member) => Some(member_key(child, at, self.source)),
                _ => None,
            };
            self.path.extend(part.clone());
            if child.kind() == Kind::Object {
                self.visit_object(child, at);
            } else {
                self.visit_children(child, at);
            }
            if part.is_some() {
                self.path.pop();
            }
        }
    }

    fn visit_object(&mut self, node: &'a Arc<Node>, start: TextSize) {
        let Some(object) = ast::object(node, start, self.source) else { return };
        if let Some(policy) = self.as_policy(&object) {
            self.out.push(policy);
            return;
        }
        let of_type = object.get("Type").and_then(|it| it.value()).and_then(|it| it.as_str());
        let of_type = of_type.map(|it| Box::from(&*it.value()));
        let entered = of_type.is_some();
        self.types.extend(of_type);
        self.visit_children(node, start);
        if entered {
            self.types.pop();
        }
    }

    fn as_policy(&mut self, object: &Object<'a>) -> Option<Policy> {
        let value = object.get("Statement")?.value();
        let landmarks = value.and_then(|it| it.element().as_node()).map_or(0, |it| it.landmarks());
        if landmarks & STATEMENT_LIKE == 0 && !has_policy_version(object) {
            return None;
        }
        Some(self.policy(object))
    }

    fn policy(&mut self, object: &Object<'a>) -> Policy {
        let mut policy = self.empty(object.range(), Form::Policy);
        for member in object.members() {
            let key = lower::key(&member);
            match (&*key.name, member.value()) {
                ("Version", Some(value)) if policy.version.is_none() => {
                    policy.version = lower::text_of(&value)
                }
                ("Id", Some(value)) if policy.id.is_none() => policy.id = lower::text_of(&value),
                ("Statement", Some(value)) if policy.statement_value.is_none() => {
                    policy.statement_value = Some(value.range());
                    self.add_statements(&mut policy, &value);
                }
                _ => {}
            }
            policy.keys.push(key);
        }
        self.infer(policy, Some(object))
    }

    fn add_statements(&mut self, policy: &mut Policy, value: &Value<'a>) {
        let Some(node) = value.element().as_node() else { return };
        policy.list = Some(Arc::clone(node));
        let start = value.range().start;
        if let Some(object) = value.as_object() {
            policy.statements = Statements::new(vec![self.statement(&object)]);
        }
        let Some(array) = value.as_array() else { return };
        let Some((before, list, was)) = self.known.policy(node, self.out.len()) else {
            policy.statements = Statements::new(self.items(policy, array.elements()));
            return;
        };
        // What stands before the first change and behind the last is taken over; between them are new statements.
        let common = node.common(list);
        let n_before = before.statements.n_before(was + common.before);
        let n_behind =
            before.statements.len() - before.statements.n_before(was + list.width() - common.behind);
        let end = start + node.width();
        let is_new = |it: &Value<'_>| it.range().start < end - common.behind;
        let middle = self.items(policy, array.elements_behind(common.n_before).take_while(is_new));
        let moved = (start.wrapping_sub(was), end.wrapping_sub(was + list.width()));
        policy.statements = Statements::spliced(&before.statements, (n_before, n_behind), middle, moved);
    }

    /// The statements among these elements; what is none is noted in `policy`.
    fn items(&mut self, policy: &mut Policy, elements: impl Iterator<Item = Value<'a>>) -> Vec<Item> {
        let mut out = Vec::new();
        for element in elements {
            match element.as_object() {
                // An object with a statement's keys is one; only others can be a template's function.
                Some(object) if object.node().landmarks() & EFFECT != 0 || !lower::is_dynamic(&object) => {
                    out.push(self.statement(&object));
                }
                Some(_) => policy.has_dynamic_statements = true,
                None => policy.wrong_statements.push((element.range(), lower::json(&element))),
            }
        }
        out
    }

    fn statement(&mut self, object: &Object<'a>) -> Item {
        let (node, start) = (object.node(), object.range().start);
        let statement = self.known.statement(node).unwrap_or_else(|| (self.lower)(node, start));
        Item { start, node: Arc::clone(node), statement }
    }

    /// A policy that is barely begun, or a fragment; only the root of a file can be one.
    fn root_only(&mut self, value: &Value<'a>) -> Option<Policy> {
        if let Some(array) = value.as_array() {
            let first = array.elements().find_map(|it| it.as_object())?;
            if !is_statement(&first) {
                return None;
            }
            let mut policy = self.empty(value.range(), Form::Statements);
            policy.statement_value = Some(value.range());
            self.add_statements(&mut policy, value);
            return Some(self.infer(policy, None));
        }
        let object = value.as_object()?;
        if is_begun(&object) {
            return Some(self.policy(&object));
        }
        let form = if is_statement(&object) {
            Form::Statement
        } else if is_condition(&object) {
            Form::Condition
        } else {
            return None;
        };
        let mut policy = self.empty(value.range(), form);
        policy.list = Some(Arc::clone(object.node()));
        policy.statements = Statements::new(vec![self.statement(&object)]);
        Some(self.infer(policy, None))
    }

    fn empty(&self, range: syntax::TextRange, form: Form) -> Policy {
        Policy {
            range,
            form,
            place: Place { path: self.path.clone(), resource_type: self.types.last().cloned() },
            kind: PolicyKind::Identity,
            kind_source: KindSource::Assumed,
            keys: Vec::new(),
            version: None,
            id: None,
            statement_value: None,
            statements: Statements::default(),
            list: None,
            wrong_statements: Vec::new(),
            has_dynamic_statements: false,
        }
    }

    fn infer(&self, mut policy: Policy, object: Option<&Object<'a>>) -> Policy {
        let schema = object.and_then(|it| it.get("$schema")).and_then(|it| it.value());
        let schema = schema.and_then(|it| it.as_str()).map(|it| it.value().into_owned());
        (policy.kind, policy.kind_source) = infer::kind(&policy, self.hint, schema.as_deref());
        policy
    }
}

fn member_key(node: &Arc<Node>, start: TextSize, source: Source<'_>) -> Box<str> {
    let width = node.children().next().map_or(0, |(_, it)| it.width());
    let raw = source.slice(syntax::TextRange::new(start, start + width));
    raw.trim_matches('"').into()
}

/// The index among the values of an array of the one that starts at `offset`.
fn index_of(array: &Node, offset: TextSize) -> Box<str> {
    let before = array.children().take_while(|(at, _)| *at < offset);
    let n_before = before.filter(|(_, it)| it.kind() == Kind::Comma).count();
    n_before.to_string().into()
}

fn has_policy_version(object: &Object<'_>) -> bool {
    let value = object.get("Version").and_then(|it: Member<'_>| it.value()).and_then(|it| it.as_str());
    value.is_some_and(|it| matches!(&*it.value(), "2012-10-17" | "2008-10-17"))
}

/// An object with a policy's `Version` and nothing but a policy's elements.
fn is_begun(object: &Object<'_>) -> bool {
    let ours = |name: &str| matches!(name, "Version" | "Id" | "Statement" | "$schema");
    has_policy_version(object) && object.members().all(|it| ours(&it.key().value()))
}

fn is_statement(object: &Object<'_>) -> bool {
    let effect = object.get("Effect").and_then(|it| it.value()).and_then(|it| it.as_str());
    let is_effect = effect.is_some_and(|it| {
        it.value().eq_ignore_ascii_case("allow") || it.value().eq_ignore_ascii_case("deny")
    });
    let own = |name: &str| object.get(name).is_some();
    object.node().landmarks() & EFFECT != 0
        && own("Effect")
        && (is_effect || own("Action") || own("NotAction") || own("Resource"))
}

/// `{"Condition": {"StringEquals": {…}}}` and nothing else.
fn is_condition(object: &Object<'_>) -> bool {
    let mut members = object.members();
    let (Some(only), None) = (members.next(), members.next()) else { return false };
    let Some(blocks) = only.value().and_then(|it| it.as_object()) else { return false };
    let known =
        |name: &str| catalog::catalog().operator(&crate::condition::Operator::parse(name).base).is_some();
    &*only.key().raw == "Condition" && blocks.members().any(|it| known(&it.key().value()))
}
