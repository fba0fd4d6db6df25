//! See [`RULE`].
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::prelude::*;

rule! {
    /// Two statements have the same `Sid`.
    ///
    /// ## Why it matters
    /// A `Sid` names a statement within its policy. IAM refuses an identity policy in which two share one.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Version": "2012-10-17", "Statement": [
    ///   { "Sid": "List", "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" },
    ///   { "Sid": "List", "Effect": "Allow", "Action": "ec2:DescribeVpcs", "Resource": "*" }] }
    /// ```
    /// ```jsonc,clean
    /// { "Version": "2012-10-17", "Statement": [
    ///   { "Sid": "List", "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" },
    ///   { "Sid": "ListVpcs", "Effect": "Allow", "Action": "ec2:DescribeVpcs", "Resource": "*" }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html>
    name: "duplicate-sid", since: "0.1.0",
    severity: Error, group: Structure,
    access_analyzer: "UNIQUE_SIDS_REQUIRED",
    check: Marked(mark, check)
}

/// A hash of the `Sid`.
fn mark(stmt: &Statement) -> u64 {
    stmt.sid.as_ref().filter(|it| !it.value.is_empty()).map_or(0, |it| hash(&it.value))
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish() | 1
}

/// The statements whose marks occur more than once.
fn repeated(marks: &[Mark]) -> Vec<usize> {
    let mut sorted: Vec<u64> = marks.iter().map(|it| it.bits).collect();
    sorted.sort_unstable();
    let mut twice: Vec<u64> =
        sorted.iter().zip(sorted.iter().skip(1)).filter(|(a, b)| a == b).map(|(a, _)| *a).collect();
    twice.dedup();
    marks.iter().filter(|it| twice.binary_search(&it.bits).is_ok()).map(|it| it.idx).collect()
}

fn check(_cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    let mut first: HashMap<&str, TextRange> = HashMap::new();
    let mut again = Vec::new();
    for at in repeated(marks).into_iter().filter_map(|it| policy.statements.get(it)) {
        let Some(sid) = at.statement.sid.as_ref().filter(|it| !it.value.is_empty()) else { continue };
        let range = sid.range + at.start;
        match first.entry(&*sid.value) {
            Entry::Occupied(taken) => again.push((at, sid, *taken.get())),
            Entry::Vacant(free) => {
                free.insert(range);
            }
        }
    }
    let mut next: HashMap<&str, usize> = HashMap::new();
    for (at, sid, before) in again {
        if is_filled_in(&sid.value) {
            continue;
        }
        let message = format!("Another statement has the `Sid` `{}`", short(&sid.value));
        let finding = acc.report(&RULE, sid.range + at.start, message);
        finding.related(before, "It is used here first");
        match policy.kind {
            PolicyKind::Identity | PolicyKind::Boundary | PolicyKind::Session => {}
            PolicyKind::Resource => {
                finding.severity(Severity::Warning).code(Some("UNIQUE_SIDS_RECOMMENDED"));
            }
            PolicyKind::Trust | PolicyKind::Scp | PolicyKind::Rcp | PolicyKind::VpcEndpoint => {
                finding.severity(Severity::Warning).code(None);
            }
        }
        let number = next.entry(&*sid.value).or_insert(2);
        let mut name = format!("{}{number}", sid.value);
        while marks.iter().any(|it| it.bits == hash(&name)) {
            *number += 1;
            name = format!("{}{number}", sid.value);
        }
        *number += 1;
        let edit = TextEdit::replace(sid.content + at.start, fix::escape(&name));
        finding.fix(Fix::safe(format!("Change to `{name}`"), vec![edit]));
    }
}
