//! Statements that change nothing in their policy.

use policy::model::{Effect, Policy};
use policy::reach::{self, Answer, Dead, Document, Limits, StatementRef};

use crate::explain::name_of;

/// In a policy with more statements, each is not compared with all others.
pub const MOST_STATEMENTS: usize = 300;

/// A policy of more bytes is no policy: the longest that AWS takes has some ten thousand.
pub const LONGEST: u32 = 512 * 1024;

/// What one statement may cost.
const LIMITS: Limits = Limits::steps(200_000);

/// For each statement of a policy, why it changes nothing. Those that are not `None` can be removed together: each is
/// proven by statements that stay.
pub fn find(policy: &Policy, document: &Document) -> Vec<Option<Dead>> {
    let n = policy.statements.len();
    let catalog = catalog::catalog();
    let effect = |idx: usize| policy.statements.get(idx).and_then(|it| it.statement.effect());
    let mut out: Vec<Option<Dead>> = vec![None; n];
    // Of two that say the same, the later one goes.
    for idx in (0..n).rev() {
        let found = match reach::dead(document, idx, LIMITS, catalog) {
            Some(Dead::Covered(_)) => {
                let stays = |it: &usize| {
                    *it != idx && effect(*it) == effect(idx) && out.get(*it).is_some_and(Option::is_none)
                };
                let by: Vec<usize> = (0..n).filter(stays).collect();
                match reach::covered_by(document, idx, &by, LIMITS, catalog) {
                    Answer::Pass(by) => Some(Dead::Covered(others(by, idx))),
                    Answer::Fail(_) | Answer::Unknown(_) => None,
                }
            }
            other => other,
        };
        if let Some(slot) = out.get_mut(idx) {
            *slot = found;
        }
    }
    out
}

fn others(by: Vec<StatementRef>, idx: usize) -> Vec<StatementRef> {
    by.into_iter().filter(|it| it.index != idx).collect()
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
