//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A condition on the caller's address fails, or stops calls, where no public address is known.
    ///
    /// ## Why it matters
    /// A call through a VPC endpoint has no `aws:SourceIp`, so an `Allow` by address does not reach it. A call that an AWS
    /// service makes for the caller comes from the service's address, so a `Deny` of all other addresses stops it.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Deny", "Action": "sagemaker:*", "Resource": "*", "Condition": { "NotIpAddress": { "aws:SourceIp": "8.8.8.0/24" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Deny", "Action": "sagemaker:*", "Resource": "*", "Condition": { "NotIpAddress": { "aws:SourceIp": "8.8.8.0/24" },
    ///   "Bool": { "aws:ViaAWSService": "false" }, "Null": { "aws:SourceIp": "false" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-ip.html>
    name: "source-ip-through", since: "0.1.0",
    severity: Warning, group: Effect,
    check: Statement(check)
}

const VIA: &str = "aws:ViaAWSService";
/// Keys that say something of calls on other ways than over the Internet.
const WAYS: [&str; 6] = [
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:VpcSourceIp",
    "aws:SourceVpcArn",
    "aws:VpceOrgID",
    "aws:VpceAccount",
];
const SERVICES: [&str; 4] = [VIA, "aws:CalledVia", "aws:PrincipalIsAWSService", "aws:CalledViaFirst"];

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    if cx.kind.has_principal() {
        return;
    }
    for (_, _, block, test) in element::tests(stmt).filter(|(_, _, _, it)| it.is("aws:SourceIp")) {
        match stmt.effect() {
            Some(Effect::Allow) if block.is("IpAddress") && !block.operator.if_exists => {
                if element::has_test(stmt, &WAYS) {
                    together(stmt, test, acc);
                } else {
                    let message =
                        "A call through a VPC endpoint has no `aws:SourceIp`, and is not allowed here";
                    acc.report(&RULE, test.key.range, message).severity(Severity::Info);
                }
            }
            Some(Effect::Deny) if block.is("NotIpAddress") && !element::has_test(stmt, &SERVICES) => {
                let message =
                    "AWS services that call for the caller have other addresses, and are denied too";
                let finding = acc.report(&RULE, test.key.range, message);
                let edit = fix::condition::add_test(cx.text, stmt, "Bool", VIA, "\"false\"");
                finding.fixes(edit.map(|it| Fix::suggested("Leave calls by AWS services out", vec![it])));
            }
            Some(Effect::Allow | Effect::Deny) | None => {}
        }
    }
}

/// A public address and an endpoint, both of which must be there and never are.
fn together(stmt: &Statement, test: &Test, acc: &mut Findings) {
    let positive =
        |block: &Block| !block.operator.if_exists && (block.is("StringEquals") || block.is("StringLike"));
    let vpc = element::tests(stmt).find(|(_, _, block, it)| {
        positive(block) && ["aws:SourceVpc", "aws:SourceVpce"].iter().any(|key| it.is(key))
    });
    let Some((_, _, _, vpc)) = vpc else { return };
    let message = format!(
        "No call has both: one through a VPC endpoint, as `{}` asks for, has no `aws:SourceIp`",
        short(&vpc.key.value)
    );
    acc.report(&RULE, test.key.range, message).related(vpc.key.range, "Only through a VPC endpoint");
}
