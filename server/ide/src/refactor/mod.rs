//! Edits of a policy without a fault: other ways to write it.
//!
//! A refactoring that says that access stays as it is has been proven to before it is offered. One that changes
//! access says in its title what it adds or takes away.

mod addresses;
mod collapse;
mod comments;
mod expand;
mod form;
mod listed;
mod merge;
mod operator;
mod pass_role;
mod proof;
mod scope;
mod sort;
mod split;

use catalog::Catalog;
use policy::model::{Effect, Form, Json, Policy, Statement};
use syntax::{TextEdit, TextRange, TextSize};

use crate::analysis::Analysis;
use crate::cancel::{Cancel, Cancelled};

/// An edit that somebody may want.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refactoring {
    /// What it does; starts with a verb.
    pub title: String,
    /// What it is for an editor's menu.
    pub kind: Kind,
    /// What it does to access.
    pub access: Access,
    /// The changes, apart from each other, in file coordinates. Line ends are `\n`.
    pub edits: Vec<TextEdit>,
}

/// The kinds of refactorings that editors know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A short text is replaced by what it stands for.
    Inline,
    /// A part gets a place of its own.
    Extract,
    /// All others.
    Rewrite,
}

/// What a refactoring does to the access that is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// Exactly the same access is granted afterwards: it was proven.
    Same,
    /// The title says what changes.
    Changes,
}

/// What a refactoring may know: the statement that it is asked in, and the place.
struct Cx<'a> {
    analysis: &'a Analysis,
    catalog: Catalog,
    policy: &'a Policy,
    /// The statement's index.
    idx: usize,
    stmt: &'a Statement,
    /// Where the statement starts in the file.
    start: TextSize,
    /// The statement's text.
    text: String,
    /// The place, counted from the statement's start.
    at: TextSize,
}

/// Where refactorings are put.
struct Offers {
    list: Vec<Refactoring>,
    /// Where the statement starts in the file.
    start: TextSize,
}

/// A kind of refactoring: what it is in a menu, and how to find it.
type Finder = (Kind, fn(&Cx<'_>, &mut Offers));

const FINDERS: &[Finder] = &[
    (Kind::Inline, expand::find),
    (Kind::Rewrite, collapse::find),
    (Kind::Rewrite, sort::find),
    (Kind::Extract, split::find),
    (Kind::Rewrite, merge::find),
    (Kind::Rewrite, scope::find),
    (Kind::Rewrite, pass_role::find),
    (Kind::Extract, addresses::find),
    (Kind::Rewrite, operator::find),
    (Kind::Rewrite, form::find),
];

/// The refactorings at a place. Those of other kinds than the wanted ones are not looked for.
pub fn at(
    analysis: &Analysis,
    at: TextSize,
    wanted: impl Fn(Kind) -> bool,
    cancel: &Cancel,
) -> Result<Vec<Refactoring>, Cancelled> {
    let Some((policy, idx, found)) = analysis.statement_at(at) else { return Ok(Vec::new()) };
    let stmt = found.statement;
    if stmt.has_errors || policy.form == Form::Condition || stmt.effect().is_none() {
        return Ok(Vec::new());
    }
    let cx = Cx {
        analysis,
        catalog: catalog::catalog(),
        policy,
        idx,
        stmt,
        start: found.start,
        text: analysis.file().text().slice(found.node.range_at(found.start)).to_string(),
        at: at.saturating_sub(found.start),
    };
    let mut out = Vec::new();
    for (kind, find) in FINDERS.iter().filter(|it| wanted(it.0)) {
        cancel.check()?;
        let mut offers = Offers { list: Vec::new(), start: cx.start };
        find(&cx, &mut offers);
        for it in offers.list {
            cancel.check()?;
            if proof::holds(&cx, &it) {
                out.push(Refactoring { kind: *kind, ..it });
            }
        }
    }
    Ok(out)
}

impl Offers {
    /// Offers what leaves access as it is; edits count from the statement's start.
    fn same(&mut self, title: impl Into<String>, edits: Vec<TextEdit>) {
        let edits = self.in_file(edits);
        self.add(title.into(), Access::Same, edits);
    }

    /// Offers what leaves access as it is, by edits in file coordinates.
    fn same_by(&mut self, title: impl Into<String>, edits: Vec<TextEdit>) {
        self.add(title.into(), Access::Same, edits);
    }

    /// Offers what changes access, as the title says; edits count from the statement's start.
    fn changes(&mut self, title: impl Into<String>, edits: Vec<TextEdit>) {
        let edits = self.in_file(edits);
        self.add(title.into(), Access::Changes, edits);
    }

    fn in_file(&self, edits: Vec<TextEdit>) -> Vec<TextEdit> {
        edits.into_iter().map(|it| TextEdit { range: it.range + self.start, ..it }).collect()
    }

    fn add(&mut self, title: String, access: Access, edits: Vec<TextEdit>) {
        self.list.push(Refactoring { title, kind: Kind::Rewrite, access, edits });
    }
}

impl Cx<'_> {
    /// Whether the statement stands in a list, so that another one can follow it.
    fn in_list(&self) -> bool {
        match self.policy.form {
            Form::Statements => true,
            Form::Policy => self.policy.key("Statement").is_some_and(|it| it.json == Json::Array),
            Form::Statement | Form::Condition => false,
        }
    }

    /// Whether the place is where a statement says what it is: up to its first element, its `Sid` or its `Effect`.
    fn is_on_label(&self) -> bool {
        let first = self.stmt.keys.first().map_or(self.stmt.range.end, |it| it.member.start);
        let names = ["Sid", "Effect"].iter().filter_map(|it| self.stmt.key(it));
        self.at <= first || names.into_iter().any(|it| it.member.touches(self.at))
    }

    /// Whether the place is in the element with this name.
    fn is_on(&self, name: &str) -> bool {
        self.stmt.key(name).is_some_and(|it| it.member.touches(self.at))
    }

    fn is_allow(&self) -> bool {
        self.stmt.effect() == Some(Effect::Allow)
    }

    /// Gives a copy of the statement a `Sid` that no other has; `None` where this one has none.
    fn new_sid(&self, suffix: &str) -> Option<TextEdit> {
        let own = self.stmt.sid.as_ref().filter(|it| !it.value.is_empty())?;
        let taken = |sid: &str| {
            let mut all = self.policy.statements.iter().filter_map(|it| it.statement.sid.as_ref());
            all.any(|it| *it.value == *sid)
        };
        let numbered = (2..).map(|n| format!("{}{suffix}{n}", own.value));
        let bare = (!suffix.is_empty()).then(|| format!("{}{suffix}", own.value));
        let new = bare.into_iter().chain(numbered).find(|it| !taken(it))?;
        Some(crate::fix::replace_text(own, &new))
    }
}

/// `the action`, `the 3 actions`.
fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("the {what}") } else { format!("the {n} {what}s") }
}

/// The range that edits lie in.
fn extent(edits: &[TextEdit]) -> Option<TextRange> {
    let start = edits.iter().map(|it| it.range.start).min()?;
    let end = edits.iter().map(|it| it.range.end).max()?;
    Some(TextRange::new(start, end))
}
