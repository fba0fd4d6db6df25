//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A role for SageMaker may make network interfaces, but not all that goes with them.
    ///
    /// ## Why it matters
    /// A job, a model or a notebook in a VPC makes its network interfaces by the execution role, which takes nine actions of
    /// EC2. Where one is missing, it fails as it starts, or cannot clean up. Another policy of the role may allow the rest.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// [{ "Effect": "Allow", "Resource": "*", "Action": ["ec2:CreateNetworkInterface", "ec2:CreateNetworkInterfacePermission",
    ///    "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DescribeVpcs"] },
    ///  { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::sagemaker-eu-west-1-data/*" }]
    /// ```
    /// ```jsonc,clean
    /// [{ "Effect": "Allow", "Resource": "*", "Action": ["ec2:CreateNetworkInterface*", "ec2:DeleteNetworkInterface*",
    ///    "ec2:DescribeDhcpOptions", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets",
    ///    "ec2:DescribeVpcs"] },
    ///  { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::sagemaker-eu-west-1-data/*" }]
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html>
    name: "partial-vpc-access", since: "0.1.0",
    severity: Info, group: Effect,
    check: Marked(mark, check)
}

const NEEDED: [&str; 9] = [
    "ec2:CreateNetworkInterface",
    "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteNetworkInterfacePermission",
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
];

/// The statement names the permission of an interface: a service is to use it.
const NAMES: u64 = 1 << 9;
/// It is about SageMaker.
const IS_SAGEMAKER: u64 = 1 << 10;
/// It may hold anything.
const OPEN: u64 = 1 << 11;

fn mark(stmt: &Statement) -> u64 {
    let Some(action) = stmt.action.as_ref().filter(|_| stmt.effect() == Some(Effect::Allow)) else {
        return 0;
    };
    if action.negated || !action.values.all_texts() || action.values.texts().any(|it| is_filled_in(&it.value))
    {
        return OPEN;
    }
    let bit = |(n, name): (usize, &&str)| u64::from(element::covers_action(action, name)) << n;
    let all = NEEDED.iter().enumerate().map(bit).fold(0, |all, it| all | it);
    let names = action.values.texts().any(|it| it.value.eq_ignore_ascii_case(NEEDED[1]));
    let of_sagemaker = |it: &Text| it.value.to_ascii_lowercase().contains("sagemaker");
    let mut texts = action.values.texts().chain(stmt.resource.iter().flat_map(|it| it.values.texts()));
    let is_sagemaker = texts.any(of_sagemaker);
    all | (u64::from(names) * NAMES) | (u64::from(is_sagemaker) * IS_SAGEMAKER)
}

fn check(cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    let all = marks.iter().fold(0, |all, it| all | it.bits);
    let is_meant = all & NAMES != 0 && all & IS_SAGEMAKER != 0 && all & 1 != 0 && all & OPEN == 0;
    if policy.kind != PolicyKind::Identity || policy.form != Form::Policy || !is_meant {
        return;
    }
    let is_missing = |(n, _): &(usize, &&'static str)| all & (1 << n) == 0;
    let missing: Vec<&str> = NEEDED.iter().enumerate().filter(is_missing).map(|(_, it)| *it).collect();
    if missing.is_empty() {
        return;
    }
    let at = marks.iter().find(|it| it.bits & NAMES != 0).and_then(|it| policy.statements.get(it.idx));
    let Some(at) = at else { return };
    let mut texts = at.statement.action.iter().flat_map(|it| it.values.texts());
    let Some(text) = texts.find(|it| it.value.eq_ignore_ascii_case(NEEDED[1])) else { return };
    let message = format!("SageMaker in a VPC also takes {}, which no statement here allows", list(&missing));
    let finding = acc.report(&RULE, text.range + at.start, message);
    let quoted: Vec<String> = missing.iter().map(|it| format!("\"{it}\"")).collect();
    let statement =
        format!("{{ \"Effect\": \"Allow\", \"Action\": [{}], \"Resource\": \"*\" }}", quoted.join(", "));
    let edit = fix::add_statement(cx.text, policy, &statement);
    finding.fixes(edit.map(|it| Fix::suggested("Allow the rest", vec![it])));
}
