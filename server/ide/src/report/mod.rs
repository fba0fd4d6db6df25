//! Effective access as a document: what a policy really grants, on what, when, and what of it is dead and why.
//!
//! [`of`] makes plain values of an analysis; [`markdown`] and [`html`] write them down. An action counts on a resource
//! only where AWS lists a resource type of that form for it; what is left out for that reason is named, as AWS's list
//! has gaps.

mod build;
mod condition;
pub(crate) mod danger;
mod grant;
pub mod html;
pub mod markdown;
mod matrix;
mod statement;
mod words;

use catalog::{AccessLevel, Consequence};
use chrono::NaiveDateTime;
use policy::PolicyKind;
use policy::model::Effect;
use syntax::TextSize;

pub use build::of;

/// A report on policies of several files.
#[derive(Debug, Clone)]
pub struct Document {
    /// What it is called.
    pub title: String,
    /// The moment by which dates were judged.
    pub now: NaiveDateTime,
    /// What wrote it, with its version.
    pub made_by: String,
    /// The policies, in the order of the files and of their text.
    pub sections: Vec<Section>,
}

/// A policy and where it stands.
#[derive(Debug, Clone)]
pub struct Section {
    /// The file, as it was named or found.
    pub path: String,
    /// The line the policy starts on, as people count.
    pub line: u32,
    /// The policy.
    pub policy: Policy,
}

/// What a policy comes to.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Where its text starts in the file.
    pub start: TextSize,
    /// What it is attached to.
    pub kind: PolicyKind,
    /// Whether nothing tells the kind.
    pub is_kind_assumed: bool,
    /// What it does, in one line.
    pub net: String,
    /// Whether it lets in anybody; said of resource and trust policies.
    pub public: Option<Public>,
    /// What it can lead to.
    pub dangers: Vec<Danger>,
    /// What it allows, by what it allows it on.
    pub rows: Vec<Row>,
    /// What it allows, by service, those with the most actions first.
    pub services: Vec<Service>,
    /// Its statements in the order they are written.
    pub statements: Vec<Statement>,
    /// How many findings there are about it.
    pub findings: Findings,
}

/// Whether a policy lets in principals or networks that nobody named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Public {
    /// It does not: that is proven.
    No,
    /// It does: this request is allowed.
    Yes {
        /// The statement that allows it.
        statement: String,
        /// Who asks.
        principal: String,
        /// For what.
        action: String,
        /// On what.
        resource: String,
    },
    /// Neither was shown, for this reason.
    Unknown(&'static str),
}

/// Something that allowed actions can lead to.
#[derive(Debug, Clone)]
pub struct Danger {
    /// What.
    pub consequence: Consequence,
    /// How many actions of the kind are allowed without a condition.
    pub always: usize,
    /// How many others are allowed under a condition.
    pub conditional: usize,
    /// Some of them, what people write most first.
    pub examples: Vec<Example>,
    /// Those that are here for their access level alone.
    pub by_level: Option<(AccessLevel, usize)>,
}

/// An action with what it can lead to.
#[derive(Debug, Clone)]
pub struct Example {
    /// The action with its prefix.
    pub action: String,
    /// Whether it is allowed under a condition only.
    pub is_conditional: bool,
    /// Why it is here.
    pub why: String,
}

/// What a policy allows on the same resources.
#[derive(Debug, Clone)]
pub struct Row {
    /// Their sort.
    pub label: String,
    /// The patterns, as they are written.
    pub patterns: Vec<String>,
    /// The numbers of actions, in the order of [`policy::access::LEVELS`].
    pub cells: [Cell; 5],
}

/// Numbers of actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cell {
    /// Allowed without a condition.
    pub always: usize,
    /// Allowed under a condition, and not without.
    pub conditional: usize,
    /// Those of both that a statement denies in some cases.
    pub denied: usize,
}

/// What a policy allows of a service.
#[derive(Debug, Clone)]
pub struct Service {
    /// Its prefix; the name of a group for the last of many.
    pub name: String,
    /// The numbers of actions with how many there are, in the order of [`policy::access::LEVELS`].
    pub cells: [(Cell, usize); 5],
}

/// What a statement comes to.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Its `Sid` in quotes, or its number.
    pub name: String,
    /// Where its text starts in the file.
    pub start: TextSize,
    /// Whether it allows or denies; `None` while it says neither.
    pub effect: Option<Effect>,
    /// What it does, in one line; `None` while it is unfinished.
    pub line: Option<String>,
    /// Why it changes nothing.
    pub dead: Option<Dead>,
    /// Its effective actions by access level; those without actions are left out.
    pub levels: Vec<Level>,
    /// The resources, sort by sort.
    pub resources: Vec<(String, Vec<String>)>,
    /// To whom, where it names principals.
    pub principals: Vec<String>,
    /// When: all of these hold.
    pub conditions: Vec<Condition>,
    /// Not before this moment.
    pub from: Option<NaiveDateTime>,
    /// Not after this moment.
    pub until: Option<NaiveDateTime>,
    /// The statements that deny some of it in some cases.
    pub cut_by: Vec<String>,
    /// What it names and does not grant.
    pub parts: Vec<Part>,
}

/// Why a statement changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dead {
    /// The reason.
    pub reason: String,
    /// Whether that is only as sure as AWS's list of resource types.
    pub is_by_list: bool,
    /// Whether what it says holds all the same, as other statements say it too.
    pub is_covered: bool,
}

/// Actions of one access level.
#[derive(Debug, Clone)]
pub struct Level {
    /// The level.
    pub level: AccessLevel,
    /// How many.
    pub count: usize,
    /// Their names with prefixes, the first of many.
    pub names: Vec<String>,
}

/// Actions that a statement names and does not grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// How many.
    pub count: usize,
    /// Their names, the first of many; what is written, where it names no action.
    pub names: Vec<String>,
    /// Why.
    pub reason: String,
}

/// A test of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// As a clause: `aws:SourceIp is in 10.0.0.0/8`.
    pub text: String,
    /// All values, where the clause only counts them.
    pub values: Vec<String>,
    /// What follows when the request does not carry the key.
    pub absent: Absent,
}

/// What follows for a test when the request does not carry its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// It holds.
    Holds,
    /// It does not.
    Fails,
    /// That does not happen: every request carries the key.
    Never,
    /// The test is about that.
    Tested,
    /// The operator is none that is known.
    Unknown,
}

/// Numbers of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Findings {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Of lesser severity.
    pub others: usize,
}

impl Cell {
    /// How many are allowed in all.
    pub fn total(&self) -> usize {
        self.always + self.conditional
    }
}
