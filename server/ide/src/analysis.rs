//! A file as it is analysed, and the step from one version of it to the next.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use policy::PolicyKind;
use policy::access::{self, ActionSet};
use policy::eval;
use policy::find::{self, Hint, LANDMARKS};
use policy::model::{Policy, Statement, StatementAt};
use policy::reach::{self, Dead, DeadStatements};
use syntax::{SourceFile, TextRange, TextSize};

use crate::cancel::{Cancel, Cancelled};
use crate::config::{Config, Level};
use crate::dead;
use crate::finding::{Finding, Findings, Fix, Safety, Severity, Tag};
use crate::kept::{Against, Checked, FindingAt, Kept, KeptAt, KeptChunk, Known, kept};
use crate::rule::{Check, Group, Mark, PolicyCx, Rule, RuleCx};
use crate::rules;
use crate::seen::Seen;
use crate::suppress::{self, Quiet};

/// A file with its policies and, once asked for, its findings. Immutable; see [`Analysis::next`].
#[derive(Debug)]
pub struct Analysis {
    file: SourceFile,
    config: Arc<Config>,
    hint: Hint,
    policies: Vec<Policy>,
    /// For each policy, what is kept with each chunk of its statements.
    kept: Vec<Vec<Arc<KeptChunk>>>,
    /// In file coordinates.
    syntax_errors: OnceLock<Vec<Finding>>,
    /// Findings that need more than one statement, in file coordinates.
    wide: OnceLock<Vec<Finding>>,
    /// Whether some findings may not be reported, and which are not.
    mutes: OnceLock<bool>,
    quiet: OnceLock<Quiet>,
    /// For each policy, the statements that deny their actions always.
    denies: OnceLock<Vec<Vec<(usize, ActionSet)>>>,
    /// For each policy, why its statements change nothing.
    dead: OnceLock<Vec<dead::Found>>,
    /// The same of an earlier version, to go on from.
    dead_before: Vec<Arc<DeadStatements>>,
    /// What its first statements name, for completion in other files.
    seen: OnceLock<Seen>,
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
        let policies_before = before.map_or(&[][..], |it| &it.policies);
        let policies = find::policies(&file, &hint, policies_before, &mut |node, start| {
            find::lower_statement(&file, node, start)
        });
        let known = Known::new(before.filter(|it| it.config == config), &policies);
        let kept = policies.iter().map(|it| kept(it, &known)).collect();
        Analysis {
            file,
            config,
            hint,
            policies,
            kept,
            syntax_errors: OnceLock::new(),
            wide: OnceLock::new(),
            mutes: OnceLock::new(),
            quiet: OnceLock::new(),
            denies: OnceLock::new(),
            dead: OnceLock::new(),
            dead_before: before.map_or_else(Vec::new, Analysis::kept_dead),
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

    /// What is kept with each chunk of statements, and where it starts, in order. All of it is checked.
    pub fn kept(&self, cancel: &Cancel) -> Result<Vec<KeptAt<'_>>, Cancelled> {
        let mut out = Vec::new();
        for (policy, kept) in self.policies.iter().zip(&self.kept) {
            for (at, kept) in policy.statements.chunks().iter().zip(kept) {
                if kept.is_checked.get().is_none() {
                    for (at, kept) in at.chunk.statements(at.start).zip(&kept.items) {
                        if kept.checked.get().is_none() {
                            cancel.check()?;
                            let _ = kept.checked.set(self.check(at, kept.against));
                        }
                    }
                    let _ = kept.is_checked.set(());
                }
                out.push(KeptAt { start: at.start, kept });
            }
        }
        Ok(out)
    }

    /// What is kept with each chunk of statements, checked or not.
    pub(crate) fn chunks(&self) -> impl Iterator<Item = &Arc<KeptChunk>> {
        self.kept.iter().flatten()
    }

    /// The statements of the policy number `idx` with what is kept with each.
    fn statements(&self, idx: usize) -> impl Iterator<Item = (StatementAt<'_>, &Arc<Kept>)> {
        let kept = self.kept.get(idx).into_iter().flatten().flat_map(|it| &it.items);
        self.policies.get(idx).into_iter().flat_map(|it| &it.statements).zip(kept)
    }

    /// The same from the statement number `first`.
    pub(crate) fn statements_from(
        &self,
        idx: usize,
        first: usize,
    ) -> impl Iterator<Item = (StatementAt<'_>, &Arc<Kept>)> {
        let kept = self.kept.get(idx).into_iter().flatten().flat_map(|it| &it.items).skip(first);
        let policy = self.policies.get(idx);
        policy.into_iter().flat_map(move |it| it.statements.iter_from(first)).zip(kept)
    }

    /// The syntax errors of a file that has policies.
    pub fn syntax_errors(&self) -> impl Iterator<Item = FindingAt<'_>> {
        let errors = self.syntax_errors.get_or_init(|| {
            let mut acc = Findings::default();
            let is_ours = !self.policies.is_empty();
            for error in is_ours.then(|| self.file.tree().errors(MAX_SYNTAX_ERRORS)).into_iter().flatten() {
                let finding = acc.report(&rules::syntax_error::RULE, error.range, error.kind.message());
                finding.fixes(rules::syntax_error::mend(&error, self.file.text()));
            }
            acc.into_list()
        });
        self.in_file(errors)
    }

    /// Findings that need more than one statement. Complete once [`Analysis::kept`] was asked.
    ///
    /// # Errors
    /// When they are not wanted any more.
    pub fn wide_findings(&self, cancel: &Cancel) -> Result<impl Iterator<Item = FindingAt<'_>>, Cancelled> {
        let wide = self.wide(cancel)?.iter().enumerate();
        let quiet = self.quiet();
        let reported = wide.filter(|(n, _)| !quiet.of_wide(*n)).map(|(_, it)| it);
        Ok(self.in_file(reported.chain(&quiet.findings)))
    }

    /// Whether the findings that need more than one statement are there already, or wanted in any case.
    pub fn has_wide_findings(&self) -> bool {
        self.wide.get().is_some() || self.mutes()
    }

    fn wide(&self, cancel: &Cancel) -> Result<&[Finding], Cancelled> {
        if self.wide.get().is_none() {
            let found = self.check_wide(cancel)?;
            let _ = self.wide.set(found);
        }
        Ok(self.wide.get().map_or(&[], Vec::as_slice))
    }

    fn in_file<'a>(
        &'a self,
        findings: impl IntoIterator<Item = &'a Finding>,
    ) -> impl Iterator<Item = FindingAt<'a>> {
        let findings = findings.into_iter().map(|finding| FindingAt { finding, offset: 0 });
        findings.filter(|it| self.level(it.finding) != Level::Off)
    }

    /// The numbers of the findings of the statement number `idx`, counted through the file, that comments or settings
    /// keep quiet. Complete once [`Analysis::kept`] was asked.
    pub fn muted(&self, idx: usize) -> &[usize] {
        self.quiet().of_statement(idx)
    }

    /// The mend that keeps a finding quiet by a comment.
    pub fn suppression(&self, finding: &FindingAt<'_>) -> Fix {
        self.quiet().fix(&self.file, finding.finding.rule.name, finding.range().start)
    }

    /// Whether a comment or a setting may keep findings quiet.
    pub fn mutes(&self) -> bool {
        *self
            .mutes
            .get_or_init(|| !self.policies.is_empty() && Quiet::is_wanted(&self.file, &self.config.ignores))
    }

    /// What of the settings' `ignore` keeps something quiet here: elements by number, each with the number of the rule's
    /// name in it. Complete once [`Analysis::kept`] was asked.
    pub fn used_ignores(&self) -> impl Iterator<Item = (usize, usize)> {
        self.quiet().ignores.iter().copied()
    }

    fn quiet(&self) -> &Quiet {
        self.quiet.get_or_init(|| {
            if !self.mutes() {
                return Quiet::default();
            }
            let statements = (0..self.policies.len()).flat_map(|it| self.statements(it));
            let statements = statements.map(|(at, kept)| suppress::Checked {
                start: at.start,
                range: at.node.range_at(at.start),
                sid: at.statement.sid.as_ref().map(|it| &*it.value),
                findings: kept.checked.get().map_or(&[], |it| &it.findings),
            });
            let statements: Vec<suppress::Checked<'_>> = statements.collect();
            let never = Cancel::default();
            let wide = self.wide(&never).unwrap_or_default();
            Quiet::of(&self.file, &self.config.ignores, &statements, wide)
        })
    }

    /// The findings that meet `range`, by position.
    ///
    /// # Errors
    /// When they are not wanted any more.
    pub fn findings_at(&self, range: TextRange, cancel: &Cancel) -> Result<Vec<FindingAt<'_>>, Cancelled> {
        let chunks = self.kept(cancel)?;
        // Findings of a statement lie in it, so those of later chunks cannot meet the range.
        let mut firsts = Vec::with_capacity(chunks.len());
        let mut n = 0;
        for it in &chunks {
            firsts.push(n);
            n += it.len();
        }
        let mut out: Vec<FindingAt<'_>> = Vec::new();
        let starts_before = chunks.partition_point(|it| it.start <= range.end);
        let ends_before = chunks.partition_point(|it| it.start <= range.start).saturating_sub(1);
        for (it, first) in chunks.iter().zip(firsts).take(starts_before).skip(ends_before) {
            for (n, (start, kept)) in it.statements().enumerate() {
                out.extend(kept.reported(start, self.muted(first + n)));
            }
        }
        out.extend(self.syntax_errors());
        out.extend(self.wide_findings(cancel)?);
        out.retain(|it| it.range().meets(range) && self.level(it.finding) != Level::Off);
        out.sort_by(|a, b| order(a.finding, a.offset).cmp(&order(b.finding, b.offset)));
        Ok(out)
    }

    /// All findings by position.
    pub fn findings(&self, cancel: &Cancel) -> Result<Vec<FindingAt<'_>>, Cancelled> {
        let mut out: Vec<FindingAt<'_>> = Vec::new();
        for (idx, (start, kept)) in self.kept(cancel)?.into_iter().flat_map(KeptAt::statements).enumerate() {
            out.extend(kept.reported(start, self.muted(idx)));
        }
        out.extend(self.syntax_errors());
        out.extend(self.wide_findings(cancel)?);
        out.retain(|it| self.level(it.finding) != Level::Off);
        // Each statement's are sorted already, so this merges few runs.
        out.sort_by(|a, b| order(a.finding, a.offset).cmp(&order(b.finding, b.offset)));
        Ok(out)
    }

    /// The fixes of a finding, with edits of the file. What they add has a `Sid` that no other statement has.
    pub fn fixes<'a>(&'a self, finding: &'a FindingAt<'_>) -> impl Iterator<Item = Fix> + 'a {
        let around = move |it: &&Policy| it.range.contains_range(finding.range());
        finding.fixes().map(move |fix| {
            let statements = || self.policies.iter().find(around).into_iter().flat_map(|it| &it.statements);
            fix.numbered(|sid| {
                statements().any(|it| it.statement.sid.as_ref().is_some_and(|it| *it.value == *sid))
            })
        })
    }

    /// A safe fix for each finding that has one, with the finding's rule, as far as their edits do not touch. Applying
    /// them may make room for more.
    pub fn safe_fixes(&self, cancel: &Cancel) -> Result<Vec<(&'static Rule, Fix)>, Cancelled> {
        self.disjoint(cancel, |it| self.fixes(it).find(|it| it.safety == Safety::Safe))
    }

    /// The first fix of each finding of a rule that has one, as far as their edits do not touch.
    pub fn fixes_of(&self, rule: &'static Rule, cancel: &Cancel) -> Result<Vec<Fix>, Cancelled> {
        let is_of = |it: &FindingAt<'_>| std::ptr::eq(it.finding.rule, rule);
        let first = |it: &FindingAt<'_>| is_of(it).then(|| self.fixes(it).next()).flatten();
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
        let Some(policy) = self.policies.get(idx) else { return Arc::default() };
        let compile = |at: StatementAt<'_>| {
            Arc::new(eval::Statement::compile(at.statement, policy.has_variables(), kind))
        };
        let statements = self.statements(idx).map(|(at, kept)| {
            let first = kept.compiled.get_or_init(|| compile(at));
            if first.kind() == kind { Arc::clone(first) } else { compile(at) }
        });
        Arc::new(eval::Document::of_policy(policy, statements.collect()))
    }

    /// The policy number `idx` as a set of requests. What an edit did not touch is taken over.
    pub fn reach(&self, idx: usize) -> Option<reach::Document> {
        let policy = self.policies.get(idx)?;
        let compile = |at: StatementAt<'_>| {
            let written = |range: TextRange| self.file.text().slice(range + at.start).into_owned();
            let (variables, catalog) = (policy.has_variables(), catalog::catalog());
            Arc::new(reach::Statement::compile(at.statement, &written, variables, policy.kind, catalog))
        };
        let statements = self.statements(idx);
        let statements = statements.map(|(at, kept)| Arc::clone(kept.reach.get_or_init(|| compile(at))));
        let has_wrong = !policy.wrong_statements.is_empty() || policy.has_dynamic_statements;
        Some(reach::Document::of_statements(statements.collect(), policy.kind, has_wrong))
    }

    /// For each statement of the policy number `idx`, why it changes nothing there. What an edit cannot have touched is
    /// taken over.
    pub fn dead(&self, idx: usize) -> &[Option<Dead>] {
        let all = self.dead.get_or_init(|| {
            let of = |(n, policy): (usize, &Policy)| {
                if policy.statements.len() > dead::MOST_STATEMENTS || policy.range.len() > dead::LONGEST {
                    return dead::Found::default();
                }
                self.reach(n).map_or_else(dead::Found::default, |it| dead::find(&it, &self.dead_before))
            };
            self.policies.iter().enumerate().map(of).collect()
        });
        all.get(idx).map_or(&[], |it| &it.why)
    }

    /// What the next version can go on from.
    fn kept_dead(&self) -> Vec<Arc<DeadStatements>> {
        match self.dead.get() {
            Some(all) => all.iter().filter_map(|it| it.kept.clone()).collect(),
            None => self.dead_before.clone(),
        }
    }

    /// What the policies name, as far as their first statements tell.
    pub fn seen(&self) -> &Seen {
        self.seen.get_or_init(|| {
            let mut out = Seen::default();
            let statements = self.policies.iter().flat_map(|it| &it.statements);
            statements.take(MOST_STATEMENTS_SEEN).for_each(|it| out.add(it.statement));
            out
        })
    }

    /// The policy, the index of its statement and the statement that `at` lies in or touches.
    pub fn statement_at(&self, at: TextSize) -> Option<(&Policy, usize, StatementAt<'_>)> {
        let policy = self.policies.iter().find(|it| it.range.touches(at))?;
        let idx = policy.statements.last_started(at)?;
        let found = policy.statements.get(idx)?;
        found.node.range_at(found.start).touches(at).then_some((policy, idx, found))
    }

    /// How a finding is reported under the settings.
    pub fn level(&self, finding: &Finding) -> Level {
        self.config.level(finding)
    }

    fn check(&self, at: StatementAt<'_>, against: Against) -> Checked {
        let statement = &**at.statement;
        let text = self.file.text().slice(at.node.range_at(at.start));
        let cx = RuleCx {
            catalog: catalog::catalog(),
            kind: against.kind,
            form: against.form,
            has_variables: against.has_variables,
            in_list: against.in_list,
            now: self.config.now,
            config: &self.config,
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

    fn check_wide(&self, cancel: &Cancel) -> Result<Vec<Finding>, Cancelled> {
        let mut acc = Findings::default();
        let cx = PolicyCx { catalog: catalog::catalog(), now: self.config.now, text: self.file.text() };
        for (n, policy) in self.policies.iter().enumerate() {
            let mut marks: Vec<Vec<Mark>> = vec![Vec::new(); rules::ALL.len()];
            for (idx, (_, kept)) in self.statements(n).enumerate() {
                for (rule, bits) in kept.checked.get().into_iter().flat_map(|it| &it.marks) {
                    if let Some(marks) = marks.get_mut(*rule) {
                        marks.push(Mark { idx, bits: *bits });
                    }
                }
            }
            for (rule, marks) in rules::ALL.iter().zip(&marks) {
                cancel.check()?;
                match rule.check {
                    Check::Policy(check) | Check::Both(_, check) => check(&cx, policy, &mut acc),
                    Check::Marked(_, check) => check(&cx, policy, marks, &mut acc),
                    Check::Statement(_) | Check::Built => {}
                }
            }
            cancel.check()?;
            let dead = self.dead(n);
            if dead.iter().all(Option::is_none) {
                continue;
            }
            let said = |(at, kept): (StatementAt<'_>, &Arc<Kept>)| -> Vec<TextRange> {
                let of = kept.checked.get().into_iter().flat_map(|it| &it.findings);
                of.filter(|it| it.severity <= Severity::Warning).map(|it| it.range + at.start).collect()
            };
            let mut told: Vec<TextRange> = self.statements(n).flat_map(said).collect();
            told.extend(acc.iter().filter(|it| it.tag == Some(Tag::Unnecessary)).map(|it| it.range));
            rules::dead_statement::check(self.file.text(), policy, dead, &told, &mut acc);
        }
        Ok(acc.into_list())
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
