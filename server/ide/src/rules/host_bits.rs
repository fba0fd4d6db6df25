//! See [`RULE`].
use policy::network::{self, IpNet};

use super::prelude::*;

rule! {
    /// A range of addresses has digits that its prefix leaves out.
    ///
    /// ## Why it matters
    /// `8.8.8.8/24` reads like one address and means 256. Written as `8.8.8.0/24` it says what it means.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "IpAddress": { "aws:SourceIp": "8.8.8.8/24" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "IpAddress": { "aws:SourceIp": "8.8.8.0/24" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress>
    name: "host-bits", since: "0.1.0",
    severity: Info, group: Effect,
    access_analyzer: "IMPROVE_IP_RANGE",
    check: Statement(check)
}

fn check(_cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (_, _, block, test) in element::tests(stmt) {
        if !block.is("IpAddress") && !block.is("NotIpAddress") {
            continue;
        }
        for text in test.values.texts() {
            let Some(net) = network::parse(&text.value).filter(|it| it.network() != it.addr()) else {
                continue;
            };
            let whole = net.trunc();
            let message = format!("`{}` means the whole of `{whole}`", short(&text.value));
            let finding = acc.report(&RULE, text.range, message);
            for new in [whole, IpNet::from(net.addr())] {
                let title = if new == whole { "the range" } else { "one address" };
                let edit = fix::replace_text(text, &new.to_string());
                finding.fix(Fix::suggested(format!("Change to `{new}`, {title}"), vec![edit]));
            }
        }
    }
}
