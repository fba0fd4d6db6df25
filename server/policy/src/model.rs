//! What a policy says, element by element.
//!
//! Ranges in a [`Statement`] count from the statement's start, so that a statement that has not changed keeps
//! its model when text before it changes. A part that is not there, or not there yet, is `None`.

use std::sync::Arc;

use syntax::{Node, TextRange, TextSize};

use crate::condition::Operator;
use crate::find::Place;
use crate::kind::PolicyKind;
pub use crate::statements::{StatementAt, Statements};

/// A policy in a file. Its ranges count from the start of the file.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The object or array it is written as.
    pub range: TextRange,
    /// Whether it is a whole policy or a part of one.
    pub form: Form,
    /// Where in the document it stands.
    pub place: Place,
    /// What it is attached to.
    pub kind: PolicyKind,
    /// How [`Policy::kind`] is known.
    pub kind_source: KindSource,
    /// Its elements in the order they are written; empty for a fragment.
    pub keys: Vec<Key>,
    /// `Version`, when it is a string.
    pub version: Option<Text>,
    /// `Id`, when it is a string.
    pub id: Option<Text>,
    /// The value of `Statement`.
    pub statement_value: Option<TextRange>,
    /// Its statements.
    pub statements: Statements,
    /// The tree of the statements: the value of `Statement`, or the fragment. The same `Arc` means the same text.
    pub list: Option<Arc<Node>>,
    /// What stands among the statements and is none.
    pub wrong_statements: Vec<(TextRange, Json)>,
    /// Whether a template fills in statements that are not read.
    pub has_dynamic_statements: bool,
}

/// Whether a policy is written whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// An object with `Statement`.
    Policy,
    /// One statement without a policy around it.
    Statement,
    /// A list of statements without a policy around it.
    Statements,
    /// A `Condition` without a statement around it.
    Condition,
}

/// How the kind of a policy is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KindSource {
    /// It was said: by a setting, a flag, or `$schema`.
    Said,
    /// From the place it stands in, as in a template.
    Place,
    /// From what it says.
    Content,
    /// Nothing tells; identity policies are most common.
    Assumed,
}

/// One statement. Ranges count from its start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statement {
    /// The whole object.
    pub range: TextRange,
    /// Its elements in the order they are written, unknown and repeated ones too.
    pub keys: Vec<Key>,
    /// `Sid`
    pub sid: Option<Text>,
    /// `Effect`, as it is written.
    pub effect: Option<Text>,
    /// `Principal` or `NotPrincipal`
    pub principal: Option<Principal>,
    /// `Action` or `NotAction`
    pub action: Option<Element>,
    /// `Resource` or `NotResource`
    pub resource: Option<Element>,
    /// `Condition`
    pub condition: Option<Condition>,
    /// Whether its text is not JSON somewhere.
    pub has_errors: bool,
}

/// The effect of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// `Allow`
    Allow,
    /// `Deny`
    Deny,
}

/// One element: its key and the extent of its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The key as it reads.
    pub name: Box<str>,
    /// The key with its quotes.
    pub range: TextRange,
    /// The value, when it is written.
    pub value: Option<TextRange>,
    /// What the value is.
    pub json: Json,
    /// From the key to the end of the value.
    pub member: TextRange,
    /// Whether there is a syntax error in it.
    pub has_errors: bool,
}

/// The JSON types, as AWS's messages name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Json {
    /// `{}`
    Object,
    /// `[]`
    Array,
    /// `""`
    String,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// `null`
    Null,
    /// Not written, or not JSON.
    Missing,
}

/// A string in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// What it stands for.
    pub value: Box<str>,
    /// With its quotes.
    pub range: TextRange,
    /// The text between the quotes.
    pub content: TextRange,
    /// Whether it is written with escapes, so that bytes of `value` and of the text do not line up.
    pub escaped: bool,
}

impl Text {
    /// Where the bytes `start..end` of the value stand in the text; all of the content where that is not
    /// known exactly.
    pub fn part(&self, start: usize, end: usize) -> TextRange {
        let (Ok(from), Ok(to)) = (TextSize::try_from(start), TextSize::try_from(end)) else {
            return self.content;
        };
        if self.escaped || from > to || to > self.content.len() {
            return self.content;
        }
        TextRange::new(self.content.start + from, self.content.start + to)
    }
}

/// `Action`, `Resource` and their `Not` forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Whether it is the `Not` form.
    pub negated: bool,
    /// The key with its quotes.
    pub key: TextRange,
    /// Its values.
    pub values: Values,
}

/// One value or a list of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Values {
    /// The value as written: the list, or the single value.
    pub range: TextRange,
    /// Whether it is written as a list.
    pub is_list: bool,
    /// The values.
    pub items: Vec<Item>,
}

impl Values {
    /// The values that are strings.
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        self.items.iter().filter_map(|it| match it {
            Item::Text(text) => Some(text),
            Item::Literal(..) | Item::Dynamic(_) | Item::Wrong(..) => None,
        })
    }

    /// Whether every value is a string: nothing is wrong, and nothing is filled in by a template.
    pub fn all_texts(&self) -> bool {
        self.items.iter().all(|it| matches!(it, Item::Text(_)))
    }
}

/// A value where a string belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A string.
    Text(Text),
    /// A number or boolean; conditions accept them as their text.
    Literal(Text, Json),
    /// A template's function, as `{"Fn::Sub": …}`: its value is not known here.
    Dynamic(TextRange),
    /// Something of the wrong type.
    Wrong(TextRange, Json),
}

impl Item {
    /// Where it stands.
    pub fn range(&self) -> TextRange {
        match self {
            Item::Text(text) | Item::Literal(text, _) => text.range,
            Item::Dynamic(range) | Item::Wrong(range, _) => *range,
        }
    }
}

/// `Principal` or `NotPrincipal`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Whether it is the `Not` form.
    pub negated: bool,
    /// The key with its quotes.
    pub key: TextRange,
    /// The value.
    pub range: TextRange,
    /// Who.
    pub value: PrincipalValue,
}

/// Who a `Principal` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrincipalValue {
    /// A bare string, of which only `"*"` is valid.
    Text(Text),
    /// By type.
    Typed(Vec<PrincipalEntry>),
    /// A template's function.
    Dynamic,
    /// Something of the wrong type, or nothing yet.
    Wrong(Json),
}

/// The principals of one type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalEntry {
    /// `AWS`, `Service`, `Federated`, `CanonicalUser`, or what is written.
    pub name: Text,
    /// The principals.
    pub values: Values,
}

/// `Condition`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The key with its quotes.
    pub key: TextRange,
    /// The value.
    pub range: TextRange,
    /// The operators with their keys. All of them must hold.
    pub blocks: Vec<Block>,
    /// What stands where an operator's block belongs but is none.
    pub wrong: Vec<(TextRange, Json)>,
    /// Whether a template fills it in.
    pub is_dynamic: bool,
}

/// One operator of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The operator as it is written.
    pub name: Text,
    /// The operator in its parts.
    pub operator: Operator,
    /// From the operator's name to the end of its block.
    pub member: TextRange,
    /// The keys with their values. All of them must hold.
    pub tests: Vec<Test>,
    /// What stands in place of an object of keys.
    pub wrong: Option<(TextRange, Json)>,
    /// Whether a template fills its keys in.
    pub is_dynamic: bool,
}

/// One key of a condition and the values it is compared with, any of which will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// The condition key.
    pub key: Text,
    /// From the key to the end of its values.
    pub member: TextRange,
    /// The values.
    pub values: Values,
}

impl Statement {
    /// The effect, when it is one of the two; AWS compares the case too.
    pub fn effect(&self) -> Option<Effect> {
        match self.effect.as_ref().map(|it| &*it.value) {
            Some("Allow") => Some(Effect::Allow),
            Some("Deny") => Some(Effect::Deny),
            _ => None,
        }
    }

    /// The element with this name, the first if it is repeated.
    pub fn key(&self, name: &str) -> Option<&Key> {
        self.keys.iter().find(|it| &*it.name == name)
    }

    /// The smallest range that stands for the statement: its `Sid`, else its `Effect` key, else its `{`.
    pub fn label_range(&self) -> TextRange {
        let sid = self.sid.as_ref().map(|it| it.range);
        let effect = || self.key("Effect").map(|it| it.range);
        sid.or_else(effect).unwrap_or(TextRange::new(self.range.start, self.range.start + 1))
    }
}

impl Policy {
    /// The element with this name, the first if it is repeated.
    pub fn key(&self, name: &str) -> Option<&Key> {
        self.keys.iter().find(|it| &*it.name == name)
    }

    /// Whether policy variables work: they need `Version` 2012-10-17.
    pub fn has_variables(&self) -> bool {
        self.form != Form::Policy || self.version.as_ref().is_some_and(|it| &*it.value == "2012-10-17")
    }
}

impl Condition {
    /// Every key with the operator it stands under.
    pub fn tests(&self) -> impl Iterator<Item = (&Block, &Test)> {
        self.blocks.iter().flat_map(|block| block.tests.iter().map(move |test| (block, test)))
    }

    /// Whether a `Null` test says `value` of a key: `"false"` wants the key in the request, `"true"` absent.
    pub fn has_null(&self, key: &str, value: bool) -> bool {
        let says = |test: &Test| {
            test.values.items.iter().all(|it| match it {
                Item::Text(text) | Item::Literal(text, _) => text.value.parse() == Ok(value),
                Item::Dynamic(_) | Item::Wrong(..) => false,
            })
        };
        self.tests().any(|(block, test)| {
            block.is("Null") && test.is(key) && !test.values.items.is_empty() && says(test)
        })
    }
}

impl Block {
    /// Whether the operator without prefix and suffix is this one; IAM ignores its case.
    pub fn is(&self, base: &str) -> bool {
        self.operator.base.eq_ignore_ascii_case(base)
    }
}

impl Test {
    /// Whether it tests this key; IAM ignores its case.
    pub fn is(&self, key: &str) -> bool {
        self.key.value.eq_ignore_ascii_case(key)
    }
}
