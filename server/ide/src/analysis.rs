//! A file as it is analysed, and the step from one version of it to the next.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use policy::PolicyKind;
use policy::access::{self, ActionSet};
use policy::eval;
use policy::find::{self, Hint, LANDMARKS};
use policy::model::{Form, Policy, Statement, StatementAt};
use policy::reach::{self, Dead};
use syntax::{Node, SourceFile, TextEdit, TextRange, TextSize};

use crate::cancel::{Cancel, Cancelled};
use crate::config::{Config, Level};
use crate::dead;
use crate::finding::{Finding, Findings, Fix, Related, Safety, Severity, Tag};
use crate::rule::{Check, Group, Mark, PolicyCx, Rule, RuleCx};
use crate::rules;
use crate::seen::Seen;

/// How many statements of the version before are looked at for the next one, before an index is made.
const LOOK_AHEAD: usize = 8;

/// How many statements may be new before the old ones are searched for elsewhere.
const MISSES_BEFORE_INDEX: usize = 4;

/// A file with its policies and, once asked for, its findings. Immutable; see [`Analysis::next`].
#[derive(Debug)]
pub struct Analysis {
    file: SourceFile,
    config: Arc<Config>,
    hint: Hint,
    policies: Vec<Policy>,
    /// For each policy, what is kept with each of its statements.
    kept: Vec<Vec<Arc<Kept>>>,
    /// Findings that need more than one statement, and syntax errors. In file coordinates.
    wide: OnceLock<Vec<Finding>>,
    /// For each policy, the statements that deny their actions always.
    denies: OnceLock<Vec<Vec<(usize, ActionSet)>>>,
    /// For each policy, why its statements change nothing.
    dead: OnceLock<Vec<Vec<Option<Dead>>>>,
    /// What its first statements name, for completion in other files.
    seen: OnceLock<Seen>,
}

/// What is kept with a statement as long as its text and what it is checked against stay the same: the same `Arc`
/// means the same findings.
#[derive(Debug)]
pub struct Kept {
    against: Against,
    checked: OnceLock<Checked>,
    /// The statement taken apart for decisions, as a policy of the kind that first asked has it.
    compiled: OnceLock<Arc<eval::Statement>>,
    /// The statement as a set of requests.
    reach: OnceLock<Arc<reach::Statement>>,
}

/// What the rules say of a statement.
#[derive(Debug)]
struct Checked {
    /// By position.
    findings: Box<[Finding]>,
    /// What rules on policies noted, by the index of the rule.
    marks: Box<[(usize, u64)]>,
}

/// What findings of a statement depend on, besides its text and the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Against {
    kind: policy::PolicyKind,
    form: Form,
    has_variables: bool,
    in_list: bool,
}

/// A finding, and where the text it counts from starts in the file.
#[derive(Debug, Clone, Copy)]
pub struct FindingAt<'a> {
    /// The finding; its own ranges are not the file's.
    pub finding: &'a Finding,
    offset: TextSize,
}

impl Kept {
    /// The findings of the statement, which starts at `start`, by position; levels are not applied.
    pub fn findings(&self, start: TextSize) -> impl Iterator<Item = FindingAt<'_>> {
        let findings = self.checked.get().into_iter().flat_map(|it| &it.findings);
        findings.map(move |finding| FindingAt { finding, offset: start })
    }
}

impl FindingAt<'_> {
    /// Where it is in the file.
    pub fn range(&self) -> TextRange {
        self.finding.range + self.offset
    }

    /// The related places in the file.
    pub fn related(&self) -> impl Iterator<Item = Related> + '_ {
        let shift = |it: &Related| Related { range: it.range + self.offset, message: it.message.clone() };
        self.finding.related.iter().map(shift)
    }

    /// The fixes, with edits of the file.
    pub fn fixes(&self) -> impl Iterator<Item = Fix> + '_ {
        let shift = |it: &TextEdit| TextEdit { range: it.range + self.offset, text: it.text.clone() };
        self.finding.fixes.iter().map(move |it| Fix {
            title: it.title.clone(),
            safety: it.safety,
            edits: it.edits.iter().map(shift).collect(),
        })
    }
}

impl Analysis {
    /// Analyses a text.
    pub fn of(text: &str, hint: Hint, config: Arc<Config>) -> Analysis {
        Analysis::new(SourceFile::new(text, LANDMARKS), hint, config)
    }

    /// Analyses a file, which must be parsed with [`LANDMARKS`].
    pub fn new(file: SourceFile, hint: Hint, config: Arc<Config>) -> Analysis {
        Analysis::build(file, hint, config, None)
    }

    /// The analysis of the same file in a later version. What has not changed is taken over.
    pub fn next(&self, file: SourceFile, hint: Hint, config: Arc<Config>) -> Analysis {
        Analysis::build(file, hint, config, Some(self))
    }

    fn build(file: SourceFile, hint: Hint, config: Arc<Config>, before: Option<&Analysis>) -> Analysis {
        let mut known = Known::new(before);
        let keeps_findings = before.is_some_and(|it| it.config == config);
        // In the order of the statements, as each is lowered once.
        let mut met: Vec<Option<Arc<Kept>>> = Vec::new();
        let policies = find::policies(&file, &hint, &mut |node, start| match known.find(node) {
            Some(found) => {
                met.push(keeps_findings.then(|| Arc::clone(found.kept)));
                Arc::clone(found.statement)
            }
            None => {
                met.push(None);
                find::lower_statement(&file, node, start)
            }
        });
        let mut met = met.into_iter();
        let kept = policies.iter().map(|it| kept(it, &mut met)).collect();
        Analysis {
            file,
            config,
            hint,
            policies,
            kept,
            wide: OnceLock::new(),
            denies: OnceLock::new(),
            dead: OnceLock::new(),
            seen: OnceLock::new(),
        }
    }

    /// The text and its tree.
    pub fn file(&self) -> &SourceFile {
        &self.file
    }

    /// The settings it was made with.
    pub fn config(&self) -> &Arc<Config> {
        &self.config
    }

    /// What was known of the file from outside.
    pub fn hint(&self) -> &Hint {
        &self.hint
    }

    /// The policies of the file. None: it is not ours, and every answer about it is empty.
    pub fn policies(&self) -> &[Policy] {
        &self.policies
    }

    /// What is kept with each statement, and where the statement starts, in order. All of it is checked.
    pub fn kept(&self, cancel: &Cancel) -> Result<Vec<(TextSize, &Arc<Kept>)>, Cancelled> {
        let mut out = Vec::new();
        for (policy, kept) in self.policies.iter().zip(&self.kept) {
            for (at, kept) in policy.statements.iter().zip(kept) {
                if kept.checked.get().is_none() {
                    cancel.check()?;
                    let _ = kept.checked.set(self.check(at, kept.against));
                }
                out.push((at.start, kept));
            }
        }
        Ok(out)
    }

    /// Findings that need more than one statement, and syntax errors. Complete once [`Analysis::kept`] was asked.
    pub fn wide_findings(&self) -> impl Iterator<Item = FindingAt<'_>> {
        let wide = self.wide.get_or_init(|| self.check_wide()).iter();
        let findings = wide.map(|finding| FindingAt { finding, offset: 0 });
        findings.filter(|it| self.level(it.finding) != Level::Off)
    }

    /// All findings by position.
    pub fn findings(&self, cancel: &Cancel) -> Result<Vec<FindingAt<'_>>, Cancelled> {
        let mut out: Vec<FindingAt<'_>> = Vec::new();
        for (start, kept) in self.kept(cancel)? {
            out.extend(kept.findings(start));
        }
        out.extend(self.wide_findings());
        out.retain(|it| self.level(it.finding) != Level::Off);
        // Each statement's are sorted already, so this merges few runs.
        out.sort_by(|a, b| order(a.finding, a.offset).cmp(&order(b.finding, b.offset)));
        Ok(out)
    }

    /// A safe fix for each finding that has one, with the finding's rule, as far as their edits do not touch. Applying
    /// them may make room for more.
    pub fn safe_fixes(&self, cancel: &Cancel) -> Result<Vec<(&'static Rule, Fix)>, Cancelled> {
        self.disjoint(cancel, |it| it.fixes().find(|it| it.safety == Safety::Safe))
    }

    /// The first fix of each finding of a rule that has one, as far as their edits do not touch.
    pub fn fixes_of(&self, rule: &'static Rule, cancel: &Cancel) -> Result<Vec<Fix>, Cancelled> {
        let first = |it: &FindingAt<'_>| it.fixes().next().filter(|_| std::ptr::eq(it.finding.rule, rule));
        Ok(self.disjoint(cancel, first)?.into_iter().map(|(_, fix)| fix).collect())
    }

    fn disjoint(
        &self,
        cancel: &Cancel,
        choose: impl Fn(&FindingAt<'_>) -> Option<Fix>,
    ) -> Result<Vec<(&'static Rule, Fix)>, Cancelled> {
        let mut out = Vec::new();
        // Ends by starts; disjoint, so that only the last one that starts before a range's end can meet it.
        let mut taken: BTreeMap<TextSize, TextSize> = BTreeMap::new();
        for finding in self.findings(cancel)? {
            let Some(fix) = choose(&finding) else { continue };
            let is_taken = |range: TextRange| {
                taken.range(..=range.end).next_back().is_some_and(|(_, end)| *end >= range.start)
            };
            if fix.edits.iter().any(|it| is_taken(it.range)) {
                continue;
            }
            for edit in &fix.edits {
                let end = taken.entry(edit.range.start).or_default();
                *end = edit.range.end.max(*end);
            }
            out.push((finding.finding.rule, fix));
        }
        Ok(out)
    }

    /// The statements of the policy number `idx` that deny their actions always, with those actions.
    pub fn denies(&self, idx: usize) -> &[(usize, ActionSet)] {
        let all = self.denies.get_or_init(|| {
            let catalog = catalog::catalog();
            self.policies.iter().map(|it| access::unconditional_denies(it, catalog)).collect()
        });
        all.get(idx).map_or(&[], Vec::as_slice)
    }

    /// The policy number `idx` for deciding requests, read as one of this kind. What an edit did not touch is taken
    /// over. Empty when there is no such policy.
    pub fn document(&self, idx: usize, kind: PolicyKind) -> Arc<eval::Document> {
        let (Some(policy), Some(kept)) = (self.policies.get(idx), self.kept.get(idx)) else {
            return Arc::default();
        };
        let compile = |at: &StatementAt| {
            Arc::new(eval::Statement::compile(&at.statement, policy.has_variables(), kind))
        };
        let statements = policy.statements.iter().zip(kept).map(|(at, kept)| {
            let first = kept.compiled.get_or_init(|| compile(at));
            if first.kind() == kind { Arc::clone(first) } else { compile(at) }
        });
        Arc::new(eval::Document::of_policy(policy, statements.collect()))
    }

    /// The policy number `idx` as a set of requests. What an edit did not touch is taken over.
    pub fn reach(&self, idx: usize) -> Option<reach::Document> {
        let (policy, kept) = (self.policies.get(idx)?, self.kept.get(idx)?);
        let compile = |at: &StatementAt| {
            let written = |range: TextRange| self.file.text().slice(range + at.start).into_owned();
            let (variables, catalog) = (policy.has_variables(), catalog::catalog());
            Arc::new(reach::Statement::compile(&at.statement, &written, variables, policy.kind, catalog))
        };
        let statements = policy.statements.iter().zip(kept);
        let statements = statements.map(|(at, kept)| Arc::clone(kept.reach.get_or_init(|| compile(at))));
        let has_wrong = !policy.wrong_statements.is_empty() || policy.has_dynamic_statements;
        Some(reach::Document::of_statements(statements.collect(), policy.kind, has_wrong))
    }

    /// For each statement of the policy number `idx`, why it changes nothing there.
    pub fn dead(&self, idx: usize) -> &[Option<Dead>] {
        let all = self.dead.get_or_init(|| {
            let of = |(n, policy): (usize, &Policy)| {
                if policy.statements.len() > dead::MOST_STATEMENTS {
                    return Vec::new();
                }
                self.reach(n).map_or(Vec::new(), |document| dead::find(policy, &document))
            };
            self.policies.iter().enumerate().map(of).collect()
        });
        all.get(idx).map_or(&[], Vec::as_slice)
    }

    /// What the policies name, as far as their first statements tell.
    pub fn seen(&self) -> &Seen {
        self.seen.get_or_init(|| {
            let mut out = Seen::default();
            let statements = self.policies.iter().flat_map(|it| &it.statements);
            statements.take(MOST_STATEMENTS_SEEN).for_each(|it| out.add(&it.statement));
            out
        })
    }

    /// The policy, the index of its statement and the statement that `at` lies in or touches.
    pub fn statement_at(&self, at: TextSize) -> Option<(&Policy, usize, &StatementAt)> {
        let policy = self.policies.iter().find(|it| it.range.touches(at))?;
        let idx = policy.statements.partition_point(|it| it.start <= at).checked_sub(1)?;
        let found = policy.statements.get(idx)?;
        found.node.range_at(found.start).touches(at).then_some((policy, idx, found))
    }

    /// How a finding is reported under the settings.
    pub fn level(&self, finding: &Finding) -> Level {
        let own = Level::At(finding.severity);
        self.config.rules.get(finding.rule.name).copied().unwrap_or(own)
    }

    fn check(&self, at: &StatementAt, against: Against) -> Checked {
        let statement = &*at.statement;
        let text = self.file.text().slice(at.node.range_at(at.start));
        let cx = RuleCx {
            catalog: catalog::catalog(),
            kind: against.kind,
            form: against.form,
            has_variables: against.has_variables,
            in_list: against.in_list,
            now: self.config.now,
            text: &text,
        };
        let mut acc = Findings::default();
        let mut marks = Vec::new();
        for (idx, rule) in rules::ALL.iter().enumerate() {
            match rule.check {
                Check::Statement(check) | Check::Both(check, _) => check(&cx, statement, &mut acc),
                Check::Marked(mark, _) => marks.push((idx, mark(statement))),
                Check::Policy(_) | Check::Built => {}
            }
        }
        let mut list = acc.into_list();
        if statement.has_errors {
            list.retain(|it| is_sound(statement, it));
        }
        list.sort_by(|a, b| order(a, 0).cmp(&order(b, 0)));
        marks.retain(|(_, bits)| *bits != 0);
        Checked { findings: list.into_boxed_slice(), marks: marks.into_boxed_slice() }
    }

    fn check_wide(&self) -> Vec<Finding> {
        let mut acc = Findings::default();
        if self.policies.is_empty() {
            return Vec::new();
        }
        for error in self.file.tree().errors(MAX_SYNTAX_ERRORS) {
            let finding = acc.report(&rules::syntax_error::RULE, error.range, error.kind.message());
            finding.fixes(rules::syntax_error::mend(&error, self.file.text()));
        }
        let cx = PolicyCx { catalog: catalog::catalog(), now: self.config.now, text: self.file.text() };
        for (n, (policy, kept)) in self.policies.iter().zip(&self.kept).enumerate() {
            let mut marks: Vec<Vec<Mark>> = vec![Vec::new(); rules::ALL.len()];
            for (idx, kept) in kept.iter().enumerate() {
                for (rule, bits) in kept.checked.get().into_iter().flat_map(|it| &it.marks) {
                    if let Some(marks) = marks.get_mut(*rule) {
                        marks.push(Mark { idx, bits: *bits });
                    }
                }
            }
            for (rule, marks) in rules::ALL.iter().zip(&marks) {
                match rule.check {
                    Check::Policy(check) | Check::Both(_, check) => check(&cx, policy, &mut acc),
                    Check::Marked(_, check) => check(&cx, policy, marks, &mut acc),
                    Check::Statement(_) | Check::Built => {}
                }
            }
            let dead = self.dead(n);
            if dead.iter().all(Option::is_none) {
                continue;
            }
            let said = |(at, kept): (&StatementAt, &Arc<Kept>)| -> Vec<TextRange> {
                let of = kept.checked.get().into_iter().flat_map(|it| &it.findings);
                of.filter(|it| it.severity <= Severity::Warning).map(|it| it.range + at.start).collect()
            };
            let mut told: Vec<TextRange> = policy.statements.iter().zip(kept).flat_map(said).collect();
            told.extend(acc.iter().filter(|it| it.tag == Some(Tag::Unnecessary)).map(|it| it.range));
            rules::dead_statement::check(self.file.text(), policy, dead, &told, &mut acc);
        }
        acc.into_list()
    }
}

/// How many statements of a file are read for names.
const MOST_STATEMENTS_SEEN: usize = 300;

/// Beyond this, more syntax errors say nothing more.
const MAX_SYNTAX_ERRORS: usize = 100;

/// Whether a finding about a statement that is not sound JSON can be trusted: it must lie in an element without
/// a fault, and what seems to be missing may be what is being written.
fn is_sound(statement: &Statement, finding: &Finding) -> bool {
    let inside = statement.keys.iter().find(|it| it.member.contains_range(finding.range));
    finding.rule.group != Group::Structure && inside.is_some_and(|it| !it.has_errors)
}

fn order(it: &Finding, offset: TextSize) -> (TextRange, crate::Severity, &'static str, &str) {
    (it.range + offset, it.severity, it.rule.name, &it.message)
}

fn kept(policy: &Policy, met: &mut impl Iterator<Item = Option<Arc<Kept>>>) -> Vec<Arc<Kept>> {
    let first = policy.statements.first().map(|it| it.start);
    let against = Against {
        kind: policy.kind,
        form: policy.form,
        has_variables: policy.has_variables(),
        in_list: policy.statement_value.is_some_and(|it| Some(it.start) != first),
    };
    let mut out = Vec::with_capacity(policy.statements.len());
    for _ in &policy.statements {
        let same = met.next().flatten().filter(|it| it.against == against);
        out.push(same.unwrap_or_else(|| {
            Arc::new(Kept {
                against,
                checked: OnceLock::new(),
                compiled: OnceLock::new(),
                reach: OnceLock::new(),
            })
        }));
    }
    out
}

/// The statements of the version before, looked up by node while walking the next version in order.
struct Known<'a> {
    statements: Vec<KnownStatement<'a>>,
    next: usize,
    misses: usize,
    /// By address. Made after a few misses; most edits leave all statements but one in their places.
    index: Option<std::collections::HashMap<usize, usize>>,
}

#[derive(Clone, Copy)]
struct KnownStatement<'a> {
    node: &'a Arc<Node>,
    statement: &'a Arc<Statement>,
    kept: &'a Arc<Kept>,
}

impl<'a> Known<'a> {
    fn new(before: Option<&'a Analysis>) -> Known<'a> {
        let policies = before.into_iter().flat_map(|it| it.policies.iter().zip(&it.kept));
        let statements = policies.flat_map(|(policy, kept)| policy.statements.iter().zip(kept));
        let known = statements
            .map(|(at, kept)| KnownStatement { node: &at.node, statement: &at.statement, kept })
            .collect();
        Known { statements: known, next: 0, misses: 0, index: None }
    }

    fn find(&mut self, node: &Arc<Node>) -> Option<KnownStatement<'a>> {
        let ahead = self.statements.iter().enumerate().skip(self.next).take(LOOK_AHEAD);
        for (idx, known) in ahead {
            if Arc::ptr_eq(known.node, node) {
                self.next = idx + 1;
                return Some(*known);
            }
        }
        self.misses += 1;
        if self.misses <= MISSES_BEFORE_INDEX {
            return None;
        }
        let index = self.index.get_or_insert_with(|| {
            let all = self.statements.iter().enumerate();
            all.map(|(idx, known)| (Arc::as_ptr(known.node).addr(), idx)).collect()
        });
        let idx = *index.get(&Arc::as_ptr(node).addr())?;
        self.next = idx + 1;
        self.statements.get(idx).copied()
    }
}
