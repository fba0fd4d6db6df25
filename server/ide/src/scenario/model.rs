//! What a scenario file says. All ranges are the file's.

use policy::eval::{Decision, Given, Layer, Outcomes};
use policy::model::Text;
use syntax::TextRange;

use crate::finding::Severity;

/// A scenario file.
#[derive(Debug, Clone, Default)]
pub struct Scenario {
    /// Who asks.
    pub principals: Vec<PrincipalSpec>,
    /// Resources with a policy or an account.
    pub resources: Vec<ResourceSpec>,
    /// Keys of every request.
    pub context: Vec<KeySpec>,
    /// Whether keys that are not listed are absent, for every request.
    pub others_absent: bool,
    /// What is asked.
    pub requests: Vec<RequestSpec>,
    /// What is wrong with the file itself.
    pub problems: Vec<Problem>,
}

/// Something wrong in a scenario file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub range: TextRange,
    /// How bad: an error where something cannot be decided for it.
    pub severity: Severity,
    /// What, and what to do.
    pub message: String,
}

/// A principal.
#[derive(Debug, Clone)]
pub struct PrincipalSpec {
    /// The name it goes by.
    pub name: Text,
    /// What it is.
    pub arn: Option<Text>,
    /// The principal it builds on.
    pub extends: Option<Text>,
    /// The files of each layer.
    pub layers: Vec<LayerFiles>,
    /// Keys of its requests.
    pub context: Vec<KeySpec>,
}

/// The files of one layer.
#[derive(Debug, Clone)]
pub struct LayerFiles {
    /// Which layer.
    pub layer: Layer,
    /// Paths and globs; none where an empty list is written.
    pub files: Vec<FileRef>,
}

/// A path or glob of policy files.
#[derive(Debug, Clone)]
pub struct FileRef {
    /// As it is written.
    pub text: Text,
}

impl FileRef {
    /// The path or glob, and the JSON pointer behind `#`.
    pub fn parts(&self) -> (&str, Option<&str>) {
        match self.text.value.split_once('#') {
            Some((path, pointer)) => (path, Some(pointer)),
            None => (&self.text.value, None),
        }
    }
}

/// A resource.
#[derive(Debug, Clone)]
pub struct ResourceSpec {
    /// Its ARN, wildcards allowed.
    pub arn: Text,
    /// The file with its policy.
    pub policy: Option<FileRef>,
    /// The account that owns it.
    pub account: Option<Text>,
}

/// A condition key with its value.
#[derive(Debug, Clone)]
pub struct KeySpec {
    /// The key.
    pub name: Text,
    /// What the request has for it.
    pub given: Given,
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct RequestSpec {
    /// The object.
    pub range: TextRange,
    /// The smallest range that stands for it: its name, else its action, else its `{`.
    pub label: TextRange,
    /// What it is about.
    pub name: Option<Text>,
    /// Who asks.
    pub principals: Vec<Text>,
    /// What is asked.
    pub actions: Vec<Text>,
    /// On what.
    pub resources: Vec<Text>,
    /// Keys of these requests.
    pub context: Vec<KeySpec>,
    /// Whether keys that are not listed are absent.
    pub others_absent: Option<bool>,
    /// What is expected, and where that is written.
    pub expect: Option<(Expect, TextRange)>,
}

/// What a request should come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Expect {
    /// It is allowed.
    Allowed,
    /// It is not allowed.
    Denied,
    /// A `Deny` forbids it.
    ExplicitlyDenied,
    /// It hangs on what is not known.
    Depends,
}

impl Expect {
    /// All of them.
    pub const ALL: [Expect; 4] = [Expect::Allowed, Expect::Denied, Expect::ExplicitlyDenied, Expect::Depends];

    /// The name in scenario files.
    pub fn name(self) -> &'static str {
        match self {
            Expect::Allowed => "allowed",
            Expect::Denied => "denied",
            Expect::ExplicitlyDenied => "explicitly-denied",
            Expect::Depends => "depends",
        }
    }

    /// What it stands for.
    pub fn docs(self) -> &'static str {
        match self {
            Expect::Allowed => "Allowed, whatever is not known.",
            Expect::Denied => "Not allowed: nothing allows it, or a `Deny` forbids it.",
            Expect::ExplicitlyDenied => "A `Deny` forbids it, whatever is not known.",
            Expect::Depends => "Allowed or not, depending on what the context leaves open.",
        }
    }

    /// Whether these outcomes are what is expected.
    pub fn is_met(self, outcomes: Outcomes) -> bool {
        let may_allow = outcomes.has(Decision::Allowed);
        match self {
            Expect::Allowed => outcomes.decided() == Some(Decision::Allowed),
            Expect::Denied => !may_allow,
            Expect::ExplicitlyDenied => outcomes.decided() == Some(Decision::ExplicitlyDenied),
            Expect::Depends => may_allow && outcomes.decided().is_none(),
        }
    }
}
