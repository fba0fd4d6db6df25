//! See [`RULE`].
use super::prelude::*;
use policy::arn::Arn;

rule! {
    /// A statement asks for one account by `aws:SourceAccount` and for another by `aws:SourceArn`.
    ///
    /// ## Why it matters
    /// A service calls for one resource, which is in one account. Both tests must hold, so the statement never applies.
    ///
    /// ## Example
    /// ```jsonc,finds,kind:trust
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "Service": "bedrock.amazonaws.com" }, "Action": "sts:AssumeRole",
    ///   "Condition": { "StringEquals": { "aws:SourceAccount": "111122223333" }, "ArnLike": { "aws:SourceArn": "arn:aws:bedrock:us-east-1:444455556666:agent/*" } } }] }
    /// ```
    /// ```jsonc,clean,kind:trust
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "Service": "bedrock.amazonaws.com" }, "Action": "sts:AssumeRole",
    ///   "Condition": { "StringEquals": { "aws:SourceAccount": "111122223333" }, "ArnLike": { "aws:SourceArn": "arn:aws:bedrock:us-east-1:111122223333:agent/*" } } }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>
    name: "source-mismatch", since: "0.1.0",
    severity: Error, group: Effect,
    check: Statement(check)
}

fn check(_cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let is_one = |it: &str| it.len() == 12 && it.bytes().all(|it| it.is_ascii_digit());
    let positive = |block: &Block| {
        ["StringEquals", "StringLike", "ArnLike", "ArnEquals"].iter().any(|it| block.is(it))
            && block.operator.quantifier.is_none()
    };
    let find = |key: &str| {
        element::tests(stmt).find(|(_, _, block, it)| it.is(key) && positive(block)).map(|it| it.3)
    };
    let (Some(account), Some(source)) = (find("aws:SourceAccount"), find("aws:SourceArn")) else { return };
    let accounts: Vec<&str> = account.values.texts().map(|it| &*it.value).collect();
    if accounts.is_empty() || !account.values.all_texts() || !accounts.iter().all(|it| is_one(it)) {
        return;
    }
    let arns: Option<Vec<(&Text, Arn<'_>)>> =
        source.values.texts().map(|it| Some((it, Arn::parse(&it.value)?))).collect();
    let Some(arns) = arns.filter(|it| !it.is_empty() && source.values.all_texts()) else { return };
    if !arns.iter().all(|(_, it)| is_one(it.account) && !accounts.contains(&it.account)) {
        return;
    }
    for (text, arn) in &arns {
        let [_, _, _, _, at, _] = arn.field_offsets();
        let range = text.part(at.0, at.1);
        let message = format!("`{}` asks for another account: both never hold", short(&account.key.value));
        let finding = acc.report(&RULE, range, message);
        finding.related(account.values.range, "The other account");
        if let [only] = accounts.as_slice() {
            finding.fix(Fix::suggested(format!("Change to `{only}`"), vec![TextEdit::replace(range, *only)]));
        }
    }
}
