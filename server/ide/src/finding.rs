//! What is found in a policy, and how it can be mended.

use syntax::{TextEdit, TextRange, TextSize};

use crate::rule::Rule;

/// One thing worth saying about a place in the text.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// How much it matters.
    pub severity: Severity,
    /// The smallest text the user must change.
    pub range: TextRange,
    /// One sentence, no full stop, the fact first.
    pub message: String,
    /// Access Analyzer's issue code, when this is one of its checks.
    pub access_analyzer: Option<&'static str>,
    /// Other places that have to do with it.
    pub related: Vec<Related>,
    /// Ways to mend it, the best first.
    pub fixes: Vec<Fix>,
    /// How an editor may draw the text.
    pub tag: Option<Tag>,
}

/// How much a finding matters, most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// AWS refuses it, or it can never do what it says.
    Error,
    /// Very likely not meant, or unsafe.
    Warning,
    /// Worth knowing.
    Info,
    /// A remark that should not disturb.
    Hint,
}

impl Severity {
    /// The name in settings and output.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
            Severity::Hint => "hint",
        }
    }

    /// The severity with this name.
    pub fn from_name(name: &str) -> Option<Severity> {
        let all = [Severity::Error, Severity::Warning, Severity::Info, Severity::Hint];
        all.into_iter().find(|it| it.name() == name)
    }
}

/// Another place that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub range: TextRange,
    /// What it has to do with the finding.
    pub message: String,
}

/// A mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does; starts with a verb.
    pub title: String,
    /// Whether a human must look.
    pub safety: Safety,
    /// The changes, apart from each other. Line ends are `\n`.
    pub edits: Vec<TextEdit>,
    /// The name of a statement that they add.
    pub copy: Option<NewSid>,
}

/// The `Sid` that edits give to a statement they add: that of another with a number behind it. Which number is free is
/// known only where all statements of the policy are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSid {
    /// The `Sid` before the number.
    pub stem: Box<str>,
    /// Which of the edits holds it.
    pub edit: usize,
    /// Where in the text of that edit the number stands, which is [`NewSid::FIRST`].
    pub at: usize,
}

impl NewSid {
    /// The number that is tried first.
    pub const FIRST: usize = 2;
}

/// Edits with what there is to know of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edits {
    /// The changes.
    pub list: Vec<TextEdit>,
    /// The name of a statement that they add.
    pub copy: Option<NewSid>,
}

impl Edits {
    /// The same of a text that starts at `start` of another.
    pub fn behind(self, start: TextSize) -> Edits {
        let shift = |it: TextEdit| TextEdit { range: it.range + start, ..it };
        Edits { list: self.list.into_iter().map(shift).collect(), ..self }
    }
}

impl From<Vec<TextEdit>> for Edits {
    fn from(list: Vec<TextEdit>) -> Edits {
        Edits { list, copy: None }
    }
}

/// What a fix does to the access that is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Safety {
    /// Exactly the same access is granted afterwards.
    Safe,
    /// A human must look.
    Suggested,
}

impl Safety {
    /// The name in output.
    pub fn name(self) -> &'static str {
        match self {
            Safety::Safe => "safe",
            Safety::Suggested => "suggested",
        }
    }
}

impl Fix {
    /// A fix that leaves the access as it is.
    pub fn safe(title: impl Into<String>, edits: impl Into<Edits>) -> Fix {
        Fix::new(title.into(), Safety::Safe, edits.into())
    }

    /// A fix to look at.
    pub fn suggested(title: impl Into<String>, edits: impl Into<Edits>) -> Fix {
        Fix::new(title.into(), Safety::Suggested, edits.into())
    }

    fn new(title: String, safety: Safety, Edits { list, copy }: Edits) -> Fix {
        Fix { title, safety, edits: list, copy }
    }

    /// Puts the first number that no `Sid` has behind the name of the statement that the edits add.
    pub(crate) fn numbered(mut self, is_taken: impl Fn(&str) -> bool) -> Fix {
        let Some(NewSid { stem, edit, at }) = self.copy.take() else { return self };
        let free = (NewSid::FIRST..).find(|it| !is_taken(&format!("{stem}{it}"))).unwrap_or(NewSid::FIRST);
        let end = at + NewSid::FIRST.to_string().len();
        if let Some(edit) = self.edits.get_mut(edit).filter(|it| it.text.get(at..end).is_some()) {
            edit.text.replace_range(at..end, &free.to_string());
        }
        self
    }
}

/// How an editor may draw a finding's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tag {
    /// Faded: it does nothing.
    Unnecessary,
    /// Struck through: it has a successor.
    Deprecated,
}

/// Where rules put what they find.
#[derive(Debug, Default)]
pub struct Findings {
    list: Vec<Finding>,
}

impl Findings {
    /// Reports a finding of `rule` with the rule's own severity; the rest is set on what comes back.
    pub fn report(
        &mut self,
        rule: &'static Rule,
        range: TextRange,
        message: impl Into<String>,
    ) -> &mut Finding {
        self.list.push(Finding {
            rule,
            severity: rule.severity,
            range,
            message: message.into(),
            access_analyzer: rule.access_analyzer,
            related: Vec::new(),
            fixes: Vec::new(),
            tag: None,
        });
        let last = self.list.len() - 1;
        #[expect(clippy::indexing_slicing, reason = "an element was pushed just above")]
        &mut self.list[last]
    }

    /// What was reported so far, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.list.iter()
    }

    /// What was reported, in order.
    pub fn into_list(self) -> Vec<Finding> {
        self.list
    }
}

impl Finding {
    /// Sets the severity.
    pub fn severity(&mut self, severity: Severity) -> &mut Finding {
        self.severity = severity;
        self
    }

    /// Sets Access Analyzer's issue code, where the rule has several or only a part of its findings has one.
    pub fn code(&mut self, code: Option<&'static str>) -> &mut Finding {
        self.access_analyzer = code;
        self
    }

    /// Adds mends, behind those that are there.
    pub fn fixes(&mut self, fixes: impl IntoIterator<Item = Fix>) -> &mut Finding {
        self.fixes.extend(fixes);
        self
    }

    /// Adds a mend, behind those that are there.
    pub fn fix(&mut self, fix: Fix) -> &mut Finding {
        self.fixes.push(fix);
        self
    }

    /// Adds a related place.
    pub fn related(&mut self, range: TextRange, message: impl Into<String>) -> &mut Finding {
        self.related.push(Related { range, message: message.into() });
        self
    }

    /// Sets how an editor may draw the text.
    pub fn tag(&mut self, tag: Tag) -> &mut Finding {
        self.tag = Some(tag);
        self
    }
}
