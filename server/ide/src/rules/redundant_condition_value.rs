//! See [`RULE`].
use policy::network::{self, IpNet};

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

fn check(_cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (_, _, block, test) in element::tests(stmt) {
        let items = &test.values.items;
        let Some(covers) = covers(block).filter(|_| items.len() > 1 && items.len() <= MOST) else { continue };
        for (idx, item) in items.iter().enumerate() {
            let Item::Text(text) = item else { continue };
            let cover = items.iter().enumerate().find_map(|(other, it)| {
                let Item::Text(cover) = it else { return None };
                let takes_in = other != idx && covers(&cover.value, &text.value);
                // Of two that cover each other the first stays.
                let is_first = other < idx || !covers(&text.value, &cover.value);
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

/// How the operator's values cover each other: as they are written, as patterns, or as ranges.
fn covers(block: &Block) -> Option<fn(&str, &str) -> bool> {
    let base = block.operator.base.to_ascii_lowercase();
    Some(match &*base {
        "stringequals" | "stringnotequals" => |a, b| a == b,
        "stringlike" | "stringnotlike" => pattern_covers,
        "ipaddress" | "notipaddress" => range_covers,
        _ => return None,
    })
}

fn pattern_covers(cover: &str, other: &str) -> bool {
    // `?` stands for one character, a star for any number; what is filled in may hold either.
    let is_unclear =
        cover.contains('?') || is_filled_in(cover) || is_filled_in(other) || pattern::is_everything(cover);
    cover == other || (!is_unclear && pattern::matches(cover, other))
}

fn range_covers(cover: &str, other: &str) -> bool {
    let net = |it: &str| network::parse(it).map(|it| IpNet::trunc(&it));
    // Of a range that takes in everything another rule speaks.
    net(cover).filter(|it| it.prefix_len() > 0).zip(net(other)).is_some_and(|(a, b)| a.contains(&b))
}
