//! See [`RULE`].
use super::prelude::*;
use policy::sent;

rule! {
    /// A `Deny` by tag is all that keeps a wide `Allow` from the resources of others.
    ///
    /// ## Why it matters
    /// A resource without the tag, and an action on no resource at all, carries no such key, so the `Deny` does not reach
    /// it. An `Allow` that asks for the caller's own tag is closed where this one is open.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// [{ "Effect": "Allow", "Action": "sagemaker:*", "Resource": "*" },
    ///  { "Effect": "Deny", "Action": "sagemaker:*", "Resource": "*", "Condition": { "StringEquals": { "sagemaker:ResourceTag/Project": "B" } } }]
    /// ```
    /// ```jsonc,clean
    /// [{ "Effect": "Allow", "Action": "sagemaker:DescribeModel", "Resource": "*", "Condition": { "StringEquals": { "sagemaker:ResourceTag/Project": "A" } } }]
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html>
    name: "untagged-escape", since: "0.1.0",
    severity: Info, group: Security,
    check: Marked(mark, check)
}

const WIDE: u64 = 1;
const BY_TAG: u64 = 2;

/// Whether the statement allows all of a service, and whether it denies by a tag.
fn mark(stmt: &Statement) -> u64 {
    let Some(action) = stmt.action.as_ref().filter(|it| !it.negated) else { return 0 };
    let everything = stmt.resource.as_ref().is_some_and(element::is_every_resource);
    let is_service = |it: &Text| it.value.ends_with(":*") || &*it.value == "*";
    if !everything || !action.values.texts().any(is_service) {
        return 0;
    }
    match stmt.effect() {
        Some(Effect::Allow) if element::is_unconditional(stmt) => WIDE,
        Some(Effect::Deny) if by_tag(stmt).is_some() => BY_TAG,
        Some(Effect::Allow | Effect::Deny) | None => 0,
    }
}

/// The test of a tag of the resource, when it is the statement's only one.
fn by_tag(stmt: &Statement) -> Option<&Test> {
    let mut tests = element::tests(stmt);
    let (_, _, block, test) = tests.next()?;
    let name = test.key.value.split(':').nth(1)?;
    let is_tag = name.get(..12).is_some_and(|it| it.eq_ignore_ascii_case("ResourceTag/"));
    (is_tag && tests.next().is_none() && sent::needs_key(catalog::catalog(), block, test)).then_some(test)
}

fn check(_cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    let services = |stmt: &Statement| -> Vec<String> {
        stmt.action.iter().flat_map(|it| it.values.texts()).map(|it| it.value.to_ascii_lowercase()).collect()
    };
    for at in marks.iter().filter(|it| it.bits == BY_TAG).filter_map(|it| policy.statements.get(it.idx)) {
        let denied = services(at.statement);
        let is_same = |other: &Statement| services(other).iter().any(|it| it == "*" || denied.contains(it));
        let wide = marks.iter().filter(|it| it.bits == WIDE).filter_map(|it| policy.statements.get(it.idx));
        let Some(wide) = wide.into_iter().find(|it| is_same(it.statement)) else { continue };
        let Some(test) = by_tag(at.statement) else { continue };
        let message = "Resources without this tag, and actions on no resource, are not denied";
        let finding = acc.report(&RULE, test.key.range + at.start, message);
        finding.related(wide.statement.label_range() + wide.start, "All of it is allowed here");
    }
}
