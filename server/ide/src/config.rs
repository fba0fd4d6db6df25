//! What a user can set, as the analysis sees it.

use std::collections::BTreeMap;

use catalog::{CheckType, catalog};
use chrono::NaiveDateTime;

use crate::finding::{Finding, Severity};
use crate::rule::{Group, Rule};

/// Settings of the analysis. `accesslens` reads them from the editor or the command line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// What is reported, and how, where `rules` says nothing.
    pub pack: Pack,
    /// Severity of single rules by name, instead of the rule's own.
    pub rules: BTreeMap<String, Level>,
    /// What is not reported in this file.
    pub ignores: Vec<Ignored>,
    /// The accounts that are not strangers; `None` when nobody said.
    pub accounts: Option<Vec<String>>,
    /// The id of the organization.
    pub organization: Option<String>,
    /// Whether code lenses are shown.
    pub lens: bool,
    /// Whether inlay hints are shown.
    pub inlay_hints: bool,
    /// The present moment in UTC; it decides which date windows are closed and which models have ended.
    pub now: NaiveDateTime,
}

/// Findings that are not reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// The names of their rules.
    pub rules: Vec<String>,
    /// The `Sid` of their statement; `None` for all of the file.
    pub sid: Option<String>,
}

/// How a rule is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// Not at all.
    Off,
    /// With this severity.
    At(Severity),
}

impl Level {
    /// What a setting calls it.
    pub fn name(self) -> &'static str {
        match self {
            Level::Off => "off",
            Level::At(severity) => severity.name(),
        }
    }

    /// What it means.
    pub fn docs(self) -> &'static str {
        match self {
            Level::Off => "Not reported.",
            Level::At(Severity::Error) => "AWS refuses it, or it can never do what it says.",
            Level::At(Severity::Warning) => "Very likely not meant, or unsafe.",
            Level::At(Severity::Info) => "Worth knowing.",
            Level::At(Severity::Hint) => "A remark that should not disturb.",
        }
    }

    /// All names a setting can have.
    pub const NAMES: [&'static str; 5] = ["error", "warning", "info", "hint", "off"];

    /// The level with this name.
    pub fn from_name(name: &str) -> Option<Level> {
        if name == "off" { Some(Level::Off) } else { Severity::from_name(name).map(Level::At) }
    }
}

/// A choice of rules and of how they are reported. What is in it follows from what the rules say of themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Pack {
    /// Each finding as its rule reports it.
    #[default]
    Default,
    /// All rules; advice about security is a warning.
    Strict,
    /// What IAM Access Analyzer reports, and as it reports it.
    AwsParity,
}

impl Pack {
    /// All of them.
    pub const ALL: [Pack; 3] = [Pack::Default, Pack::Strict, Pack::AwsParity];

    /// The name in settings and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Pack::Default => "default",
            Pack::Strict => "strict",
            Pack::AwsParity => "aws-parity",
        }
    }

    /// What it is, in one sentence.
    pub fn docs(self) -> &'static str {
        match self {
            Pack::Default => "Each finding as its rule reports it.",
            Pack::Strict => {
                "Like `default`, with the rules that are off there, and all advice about what grants too much is a \
                 warning."
            }
            Pack::AwsParity => "Only what IAM Access Analyzer's policy checks report, at their level.",
        }
    }

    /// The pack with this name.
    pub fn from_name(name: &str) -> Option<Pack> {
        Pack::ALL.into_iter().find(|it| it.name() == name)
    }

    /// How a finding of `rule` is reported that has this severity and this issue code of Access Analyzer.
    pub fn level(self, rule: &Rule, severity: Severity, code: Option<&str>) -> Level {
        match self {
            Pack::Default if !rule.is_default => Level::Off,
            Pack::Default => Level::At(severity),
            Pack::Strict if rule.group == Group::Security => Level::At(severity.min(Severity::Warning)),
            Pack::Strict => Level::At(severity),
            Pack::AwsParity => match code.and_then(|it| catalog().check_type(it)) {
                Some(CheckType::Error) => Level::At(Severity::Error),
                Some(CheckType::SecurityWarning | CheckType::Warning) => Level::At(Severity::Warning),
                Some(CheckType::Suggestion) => Level::At(Severity::Info),
                None => Level::Off,
            },
        }
    }
}

impl Config {
    /// How a finding is reported.
    pub fn level(&self, finding: &Finding) -> Level {
        let own = || self.pack.level(finding.rule, finding.severity, finding.access_analyzer);
        self.rules.get(finding.rule.name).copied().unwrap_or_else(own)
    }
}
