//! See [`RULE`].
use policy::network;

use super::prelude::*;

rule! {
    /// A condition on addresses takes in every address.
    ///
    /// ## Why it matters
    /// A range with the prefix `/0` limits nothing. The statement reads as if it did.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": { "IpAddress": { "aws:SourceIp": "0.0.0.0/0" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": { "IpAddress": { "aws:SourceIp": "8.8.8.0/24" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress>
    name: "every-address", since: "0.1.0",
    severity: Info, group: Security,
    check: Statement(check)
}

fn check(_cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (_, _, block, test) in element::tests(stmt) {
        let negated = block.is("NotIpAddress");
        if !negated && !block.is("IpAddress") {
            continue;
        }
        for (idx, item) in test.values.items.iter().enumerate() {
            let Item::Text(text) = item else { continue };
            let Some(net) = network::parse(&text.value).filter(|it| it.prefix_len() == 0) else { continue };
            let version = if net.network().is_ipv4() { "IPv4" } else { "IPv6" };
            let message = if negated {
                format!("No {version} address is outside of this, so the test never holds for one")
            } else {
                format!("Every {version} address is in this range")
            };
            let finding = acc.report(&RULE, text.range, message);
            let removal = fix::remove_item(&test.values, idx);
            finding.fixes(removal.map(|it| Fix::suggested("Remove it", vec![it])));
        }
    }
}
