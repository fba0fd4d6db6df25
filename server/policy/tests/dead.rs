//! Which statements are dead after an edit is what it is without the version before.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::Arc;

use catalog::catalog;
use policy::PolicyKind;
use policy::find;
use policy::reach::{DeadStatements, Document, Limits, Statement};
use proptest::prelude::*;
use syntax::{SourceFile, TextRange};

const LIMITS: Limits = Limits::steps(200_000);

/// What statements are made of: few things, so that they often cover, deny or repeat each other.
const EFFECTS: [&str; 3] = ["Allow", "Allow", "Deny"];
const ACTIONS: [&str; 9] = [
    r#""Action": "s3:*""#,
    r#""Action": "s3:Get*""#,
    r#""Action": "s3:GetObject""#,
    r#""Action": ["s3:PutObject", "sagemaker:CreateModel"]"#,
    r#""Action": "bedrock:InvokeModel""#,
    r#""Action": ["bedrock:Invoke*", "s3:NoSuchAction"]"#,
    r#""Action": "s3:NoSuch*""#,
    r#""Action": "nothing:*""#,
    r#""NotAction": "s3:*""#,
];
const RESOURCES: [&str; 5] = [
    r#""Resource": "*""#,
    r#""Resource": "arn:aws:s3:::b/*""#,
    r#""Resource": ["arn:aws:s3:::b/a", "arn:aws:bedrock:*::foundation-model/*"]"#,
    r#""Resource": "arn:aws:s3:::b/${aws:username}/*""#,
    r#""NotResource": "arn:aws:s3:::b/a""#,
];
const CONDITIONS: [&str; 5] = [
    "",
    r#", "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}"#,
    r#", "Condition": {"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}"#,
    r#", "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}, "Null": {"aws:SourceVpc": "true"}}"#,
    r#", "Condition": {"NoSuchOperator": {"aws:SourceVpc": "vpc-1"}}"#,
];

/// A statement by the parts it has; the last only names it.
type Parts = (usize, usize, usize, usize, usize);

fn text((effect, action, resource, condition, name): Parts) -> String {
    format!(
        r#"{{"Sid": "S{name}", "Effect": "{}", {}, {}{}}}"#,
        EFFECTS[effect], ACTIONS[action], RESOURCES[resource], CONDITIONS[condition]
    )
}

fn compile(parts: Parts) -> Arc<Statement> {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, text(parts));
    let file = SourceFile::new(&text, find::LANDMARKS);
    let policy = find::root_policy(&file, &find::Hint::default()).unwrap();
    let at = policy.statements.get(0).unwrap();
    let written = |range: TextRange| file.text().slice(range + at.start).into_owned();
    Arc::new(Statement::compile(at.statement, &written, true, PolicyKind::Identity, catalog()))
}

fn parts() -> impl Strategy<Value = Parts> {
    (0..EFFECTS.len(), 0..ACTIONS.len(), 0..RESOURCES.len(), 0..CONDITIONS.len(), 0..2usize)
}

#[derive(Debug, Clone)]
enum Edit {
    Insert(Parts),
    Replace(Parts),
    Rename,
    Remove,
    Move(prop::sample::Index),
    Repeat(prop::sample::Index),
    /// A statement is not finished for a while.
    Leave,
}

fn edit() -> impl Strategy<Value = (prop::sample::Index, Edit)> {
    let edit = prop_oneof![
        2 => parts().prop_map(Edit::Insert),
        4 => parts().prop_map(Edit::Replace),
        1 => Just(Edit::Rename),
        2 => Just(Edit::Remove),
        1 => any::<prop::sample::Index>().prop_map(Edit::Move),
        1 => any::<prop::sample::Index>().prop_map(Edit::Repeat),
        1 => Just(Edit::Leave),
    ];
    (any::<prop::sample::Index>(), edit)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn what_is_dead_does_not_depend_on_the_version_before(
        first in prop::collection::vec(parts(), 0..12),
        edits in prop::collection::vec(edit(), 1..10),
    ) {
        let document = |of: &[(Parts, Arc<Statement>)], has_wrong| {
            let statements = of.iter().map(|it| Arc::clone(&it.1)).collect();
            Document::of_statements(statements, PolicyKind::Identity, has_wrong)
        };
        let with = |parts: Parts| (parts, compile(parts));
        let mut statements: Vec<(Parts, Arc<Statement>)> = first.into_iter().map(with).collect();
        let mut before = DeadStatements::of(&document(&statements, false), None, LIMITS, catalog());
        for (at, edit) in edits {
            let n = statements.len();
            let at = at.index(n + 1);
            let mut is_left = false;
            match edit {
                Edit::Insert(it) => statements.insert(at, with(it)),
                Edit::Leave => is_left = true,
                _ if at == n => {}
                Edit::Replace(it) => statements[at] = with(it),
                Edit::Rename => {
                    let (effect, action, resource, condition, name) = statements[at].0;
                    statements[at] = with((effect, action, resource, condition, 1 - name));
                }
                Edit::Remove => {
                    statements.remove(at);
                }
                Edit::Move(to) => {
                    let it = statements.remove(at);
                    statements.insert(to.index(n), it);
                }
                Edit::Repeat(to) => {
                    let it = statements[at].clone();
                    statements.insert(to.index(n), it);
                }
            }
            let document = document(&statements, is_left);
            let now = DeadStatements::of(&document, before.as_ref(), LIMITS, catalog());
            let fresh = DeadStatements::of(&document, None, LIMITS, catalog());
            prop_assert_eq!(now.is_none(), is_left);
            prop_assert_eq!(now.as_ref().map(|it| it.why()), fresh.as_ref().map(|it| it.why()));
            before = now.or(before);
        }
    }
}
