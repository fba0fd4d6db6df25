//! See [`RULE`].
use policy::network;

use super::prelude::*;

rule! {
    /// A condition compares an address with a range that is reserved for documentation.
    ///
    /// ## Why it matters
    /// RFC 5737 and RFC 3849 set these addresses aside for examples. No caller has one, so an `Allow` never applies,
    /// and a `Deny` of all other addresses applies to everyone.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "IpAddress": { "aws:SourceIp": "203.0.113.0/24" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "IpAddress": { "aws:SourceIp": "8.8.8.0/24" } } }
    /// ```
    ///
    /// ## References
    /// <https://www.rfc-editor.org/rfc/rfc5737>
    name: "documentation-range", since: "0.1.0",
    severity: Warning, group: Reference,
    check: Statement(check)
}

fn check(_cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (block, test) in stmt.condition.iter().flat_map(Condition::tests) {
        if !block.is("IpAddress") && !block.is("NotIpAddress") {
            continue;
        }
        for (idx, item) in test.values.items.iter().enumerate() {
            let Item::Text(text) = item else { continue };
            let Some(name) = network::parse(&text.value).as_ref().and_then(network::documentation_range)
            else {
                continue;
            };
            let message = format!(
                "`{}` is reserved for documentation ({name}): no caller has such an address",
                short(&text.value)
            );
            let finding = acc.report(&RULE, text.range, message);
            let removal = fix::remove_item(&test.values, idx);
            finding.fixes(removal.map(|it| Fix::suggested("Remove it", vec![it])));
        }
    }
}
