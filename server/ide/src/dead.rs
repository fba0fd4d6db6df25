//! Statements that change nothing in their policy.

use std::sync::Arc;

use policy::model::{Effect, Policy};
use policy::reach::{Dead, DeadStatements, Document, Limits, StatementRef};

use crate::explain::name_of;

/// In a policy with more statements, each is not compared with all others.
pub const MOST_STATEMENTS: usize = 300;

/// A policy of more bytes is no policy: the longest that AWS takes has some ten thousand.
pub const LONGEST: u32 = 512 * 1024;

/// What one statement may cost.
const LIMITS: Limits = Limits::steps(200_000);

/// Why the statements of a policy change nothing.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// For each statement; empty where they are not compared. Those that are not `None` can be removed together: each is
    /// proven by statements that stay.
    pub(crate) why: Vec<Option<Dead>>,
    /// What the next version can go on from: an unfinished policy says nothing, and passes on what was known before.
    pub(crate) kept: Option<Arc<DeadStatements>>,
}

/// Asks about each statement of a policy. `before`: what was found in the policies of the version before.
pub(crate) fn find(document: &Document, before: &[Arc<DeadStatements>]) -> Found {
    let before = before.iter().find(|it| it.is_of(document));
    let found = DeadStatements::of(document, before.map(|it| &**it), LIMITS, catalog::catalog());
    match found {
        Some(it) => Found { why: it.why().to_vec(), kept: Some(Arc::new(it)) },
        None => Found { why: vec![None; document.len()], kept: before.cloned() },
    }
}

/// The statements that a reason names.
pub fn by(why: &Dead) -> &[StatementRef] {
    match why {
        Dead::NoAction | Dead::Never => &[],
        Dead::Denied(by) | Dead::Covered(by) => by,
    }
}

/// A reason in words.
pub fn because(policy: &Policy, why: &Dead) -> String {
    let names: Vec<String> = by(why).iter().take(MOST_NAMED).map(|it| name_of(policy, it.index)).collect();
    let more = by(why).len().saturating_sub(MOST_NAMED);
    let names = match more {
        0 => crate::explain::join(&names, "and"),
        n => format!("{} and {n} others", names.join(", ")),
    };
    let one = by(why).len() == 1;
    match why {
        Dead::NoAction => "it covers no action".to_owned(),
        Dead::Never => "what it asks for cannot hold".to_owned(),
        Dead::Denied(_) => format!("{names} {} all of it", if one { "denies" } else { "deny" }),
        Dead::Covered(_) => format!("{names} {} all of it", if one { "covers" } else { "cover" }),
    }
}

/// How many statements a reason names.
const MOST_NAMED: usize = 3;

/// What a line about a statement adds when it is dead: the rest of the line, and whether it can apply at all.
pub fn addition(policy: &Policy, idx: usize, why: &Dead) -> Option<(String, bool)> {
    let effect = policy.statements.get(idx)?.statement.effect()?;
    match (why, effect) {
        (Dead::NoAction, _) => None,
        (Dead::Never, _) => {
            let condition = policy.statements.get(idx)?.statement.condition.as_ref();
            let is_one = condition.is_some_and(|it| it.tests().count() == 1);
            let what = if is_one { "condition cannot hold" } else { "conditions cannot hold together" };
            Some((format!("never: its {what}"), false))
        }
        (Dead::Denied(_), _) => Some((format!("never: {}", because(policy, why)), false)),
        (Dead::Covered(_), Effect::Allow) => Some((format!("adds nothing: {}", because(policy, why)), true)),
        (Dead::Covered(_), Effect::Deny) => {
            Some((format!("takes nothing away: {}", because(policy, why)), true))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Analysis;
    use policy::find::Hint;

    fn lines(statements: &str) -> Vec<String> {
        let text = format!("{{\"Version\": \"2012-10-17\", \"Statement\": [{statements}]}}");
        let analysis = Analysis::of(&text, Hint::default(), std::sync::Arc::default());
        let policy = &analysis.policies()[0];
        let dead = analysis.dead(0).iter();
        dead.map(|it| it.as_ref().map_or(String::new(), |it| super::because(policy, it))).collect()
    }

    #[test]
    fn statements_that_change_nothing_say_why() {
        let all = r#"{"Sid": "All", "Effect": "Allow", "Action": "bedrock:*", "Resource": "*"}"#;
        let one = r#"{"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "*"}"#;
        let no = r#"{"Sid": "No", "Effect": "Deny", "Action": "bedrock:*", "Resource": "*"}"#;
        let never = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {
            "StringEquals": {"aws:SourceVpc": "vpc-1"}, "Null": {"aws:SourceVpc": "true"}}}"#;
        assert_eq!(lines(&format!("{all},{one}")), ["", "\"All\" covers all of it"]);
        assert_eq!(lines(&format!("{one},{no}")), ["\"No\" denies all of it", ""]);
        assert_eq!(lines(&format!("{never},{one}")), ["what it asks for cannot hold", ""]);
    }

    #[test]
    fn of_two_that_cover_each_other_one_stays() {
        let one = r#"{"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "*"}"#;
        assert_eq!(lines(&format!("{one},{one}")), ["", "statement 1 covers all of it"]);
    }

    #[test]
    fn a_text_too_long_for_a_policy_is_not_compared() {
        let one = r#"{"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "*"}"#;
        let long =
            format!(r#"{{"Effect": "Allow", "Action": "s3:{}", "Resource": "*"}}"#, "a*".repeat(300_000));
        assert_eq!(lines(&format!("{one},{one},{long}")), Vec::<String>::new());
    }
}
