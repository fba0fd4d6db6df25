//! What a rule is.

use catalog::Catalog;
use chrono::NaiveDateTime;
use policy::PolicyKind;
use policy::model::{Form, Policy, Statement};
use syntax::Text;

use crate::config::{Config, Level};
use crate::finding::{Findings, Severity};

/// A check with its name and its documentation. Made by the [`rule!`](crate::rule!) macro, one in a file.
#[derive(Debug)]
pub struct Rule {
    /// The kebab-case name: its code, file, folder, documentation and setting.
    pub name: &'static str,
    /// The version that had it first.
    pub since: &'static str,
    /// How much its findings matter, unless a finding says otherwise.
    pub severity: Severity,
    /// Whether it is reported without anybody asking. What only some want is off, but in the pack `strict`.
    pub is_default: bool,
    /// What kind of fault it finds.
    pub group: Group,
    /// Access Analyzer's issue code, when the rule is one of its checks.
    pub access_analyzer: Option<&'static str>,
    /// Markdown: what it finds, why it matters, examples, references.
    pub docs: &'static str,
    /// The check.
    pub check: Check,
}

/// What kind of fault a rule finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// The text is no policy: JSON, elements, types.
    Structure,
    /// A name or value that AWS does not know.
    Reference,
    /// It does not do what it says.
    Effect,
    /// It grants more than is safe.
    Security,
}

impl Group {
    /// All of them.
    pub const ALL: [Group; 4] = [Group::Structure, Group::Reference, Group::Effect, Group::Security];

    /// What it is in a heading.
    pub fn title(self) -> &'static str {
        match self {
            Group::Structure => "Structure: the text is no policy",
            Group::Reference => "Reference: AWS does not know a name or value",
            Group::Effect => "Effect: it does not do what it says",
            Group::Security => "Security: it grants more than is safe",
        }
    }

    /// The name in output and documentation.
    pub fn name(self) -> &'static str {
        match self {
            Group::Structure => "structure",
            Group::Reference => "reference",
            Group::Effect => "effect",
            Group::Security => "security",
        }
    }
}

/// What a rule looks at.
#[derive(Clone, Copy)]
pub enum Check {
    /// One statement. Its findings count from the statement's start and are kept while its text stays the same.
    Statement(fn(&RuleCx<'_>, &Statement, &mut Findings)),
    /// A policy with all its statements. Its findings count from the start of the file.
    Policy(fn(&PolicyCx<'_>, &Policy, &mut Findings)),
    /// A policy by the marks of its statements: 64 bits that say what of a statement matters, 0 for nothing. Marks are
    /// kept like findings, so that a long policy costs no more than the statements that matter.
    Marked(fn(&Statement) -> u64, fn(&PolicyCx<'_>, &Policy, &[Mark], &mut Findings)),
    /// Each statement and each policy: one fault that both can have.
    Both(fn(&RuleCx<'_>, &Statement, &mut Findings), fn(&PolicyCx<'_>, &Policy, &mut Findings)),
    /// Nothing: the analysis itself reports it, as it does syntax errors.
    Built,
}

/// What a rule noted of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The statement's index.
    pub idx: usize,
    /// What was noted; not 0.
    pub bits: u64,
}

impl std::fmt::Debug for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Check::Statement(_) => "Statement",
            Check::Policy(_) => "Policy",
            Check::Both(..) => "Both",
            Check::Marked(..) => "Marked",
            Check::Built => "Built",
        })
    }
}

/// What a check of one statement may know besides the statement.
#[derive(Debug, Clone, Copy)]
pub struct RuleCx<'a> {
    /// The facts.
    pub catalog: Catalog,
    /// What the policy is attached to.
    pub kind: PolicyKind,
    /// Whether the statement stands in a policy.
    pub form: Form,
    /// Whether policy variables work.
    pub has_variables: bool,
    /// Whether it stands in a list, so that another statement can follow it.
    pub in_list: bool,
    /// The present moment in UTC.
    pub now: NaiveDateTime,
    /// The settings.
    pub config: &'a Config,
    /// The statement's text.
    pub text: &'a str,
}

/// What a check of a policy may know besides the policy.
#[derive(Debug, Clone, Copy)]
pub struct PolicyCx<'a> {
    /// The facts.
    pub catalog: Catalog,
    /// The present moment in UTC.
    pub now: NaiveDateTime,
    /// The file's text.
    pub text: &'a Text,
}

impl Rule {
    /// How it is reported without settings, unless a finding says otherwise.
    pub fn level(&self) -> Level {
        if self.is_default { Level::At(self.severity) } else { Level::Off }
    }

    /// The first sentence of the documentation: what is found.
    pub fn summary(&self) -> &'static str {
        self.docs.lines().map(str::trim).find(|it| !it.is_empty()).unwrap_or_default()
    }
}

/// Makes the static `RULE` of a rule's file. The doc comment is the rule's documentation. `default: Off` behind the group
/// is for what only the pack `strict` and a setting report.
#[macro_export]
macro_rules! rule {
    (
        $(#[doc = $doc:literal])+
        name: $name:literal, since: $since:literal,
        severity: $severity:ident, group: $group:ident,
        $(default: $default:ident,)?
        $(access_analyzer: $code:literal,)?
        check: $check:ident $(($($run:ident),+))?
    ) => {
        $(#[doc = $doc])+
        pub static RULE: $crate::rule::Rule = $crate::rule::Rule {
            name: $name,
            since: $since,
            severity: $crate::finding::Severity::$severity,
            is_default: $crate::rule!(@default $($default)?),
            group: $crate::rule::Group::$group,
            access_analyzer: $crate::rule!(@code $($code)?),
            docs: concat!($($doc, "\n"),+),
            check: $crate::rule::Check::$check $(($($run),+))?,
        };
    };
    (@default Off) => { false };
    (@default) => { true };
    (@code $code:literal) => { Some($code) };
    (@code) => { None };
}
