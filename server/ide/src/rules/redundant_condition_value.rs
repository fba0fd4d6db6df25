//! See [`RULE`].
use policy::network::{self, IpNet};
use policy::reach::{Cover, Pattern};

use super::prelude::*;

rule! {
    /// A list of values has one that another value of the list covers.
    ///
    /// ## Why it matters
    /// A test holds if one of its values matches, so what another value takes in adds nothing.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::data",
    ///   "Condition": { "StringLike": { "s3:prefix": ["home/*", "home/alice/*"] } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::data",
    ///   "Condition": { "StringLike": { "s3:prefix": "home/*" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html>
    name: "redundant-condition-value", since: "0.1.0",
    severity: Hint, group: Effect,
    check: Statement(check)
}

/// Longer lists are not searched.
const MOST: usize = 300;

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (_, _, block, test) in element::tests(stmt) {
        let items = &test.values.items;
        if items.len() < 2 || items.len() > MOST || block.operator.unknown_prefix.is_some() {
            continue;
        }
        let read: Vec<Option<Read>> = items.iter().map(|it| read(cx, block, it)).collect();
        for (idx, (item, own)) in items.iter().zip(&read).enumerate() {
            let (Item::Text(text), Some(own)) = (item, own) else { continue };
            let cover = items.iter().zip(&read).enumerate().find_map(|(other, (it, read))| {
                let (Item::Text(cover), Some(read)) = (it, read) else { return None };
                let takes_in = other != idx && read.covers(own);
                // Of two that cover each other the first stays.
                let is_first = other < idx || !own.covers(read);
                (takes_in && is_first).then_some(cover)
            });
            let Some(cover) = cover else { continue };
            let message = format!("`{}` covers this", short(&cover.value));
            let finding = acc.report(&RULE, text.range, message).tag(Tag::Unnecessary);
            finding.related(cover.range, "The value that covers it");
            let removal = fix::remove_item(&test.values, idx);
            finding.fixes(removal.map(|it| Fix::safe("Remove it", vec![it])));
        }
    }
}

/// What a value of a test stands for.
enum Read {
    Pattern(Pattern),
    Range(IpNet),
}

fn read(cx: &RuleCx<'_>, block: &Block, item: &Item) -> Option<Read> {
    let Item::Text(text) = item else { return None };
    let base = &block.operator.base;
    if ["IpAddress", "NotIpAddress"].iter().any(|it| it.eq_ignore_ascii_case(base)) {
        // Of a range that takes in everything another rule speaks.
        let net = network::parse(&text.value).map(|it| IpNet::trunc(&it));
        return net.filter(|it| it.prefix_len() > 0).map(Read::Range);
    }
    // So it does of a pattern that every value matches.
    let is_like = base.to_ascii_lowercase().contains("like");
    if is_like && pattern::is_everything(&text.value) {
        return None;
    }
    Pattern::value(&text.value, base, cx.has_variables, cx.catalog).map(Read::Pattern)
}

impl Read {
    fn covers(&self, other: &Read) -> bool {
        match (self, other) {
            (Read::Pattern(own), Read::Pattern(it)) => own.covers(it) == Cover::Certain,
            (Read::Range(own), Read::Range(it)) => own.contains(it),
            (Read::Pattern(_), Read::Range(_)) | (Read::Range(_), Read::Pattern(_)) => false,
        }
    }
}
