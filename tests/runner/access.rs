//! What an edit does to access: whether policies before and after it grant the same, by proof and by sample.

use std::collections::BTreeSet;

use catalog::catalog;
use ide::Analysis;
use policy::eval::{Context, Document, Given, Owner, Request, Tri};
use policy::model::{Effect, Form, PrincipalValue, Statement};
use policy::reach::{self, Answer, Limits};

/// How many of a sort are tried.
const MOST: usize = 8;

/// Fails when a policy of `before` and the one in its place in `after` do not grant the same.
pub(crate) fn is_same(before: &Analysis, after: &Analysis) -> Result<(), String> {
    let (old, new) = (before.policies(), after.policies());
    if old.len() != new.len() {
        return Err("there are more or fewer policies afterwards".to_owned());
    }
    for (n, policy) in old.iter().enumerate().filter(|(_, it)| it.form != Form::Condition) {
        let (Some(was), Some(is)) = (before.reach(n), after.reach(n)) else { continue };
        for (what, old, new) in [("gains", &was, &is), ("loses", &is, &was)] {
            let changes = reach::changes(old, new, Limits::steps(2_000_000), catalog());
            // Nobody has an action that does not exist.
            for it in changes.iter().filter(|it| it.unknown_action.is_none()) {
                if let Answer::Fail(it) = &it.answer {
                    return Err(format!("it {what} {} on {} with {:?}", it.action, it.resource, it.context));
                }
            }
        }
        let statements: Vec<&Statement> =
            policy.statements.iter().chain(&new[n].statements).map(|it| &**it.statement).collect();
        let (was, is) = (before.document(n, policy.kind), after.document(n, policy.kind));
        for request in requests(&statements) {
            let (old, new) = (said(&was, &request), said(&is, &request));
            // What one policy says for sure, the other does not gainsay.
            let differs = |a: Tri, b: Tri| a != b && a != Tri::Unknown && b != Tri::Unknown;
            if differs(old.0, new.0) || differs(old.1, new.1) {
                return Err(format!("{old:?} becomes {new:?} for {request:?}"));
            }
        }
    }
    Ok(())
}

/// A request that a policy of `after` grants and the one in its place in `before` does not.
pub(crate) fn gain(before: &Analysis, after: &Analysis) -> Option<String> {
    let (old, new) = (before.policies(), after.policies());
    if old.len() != new.len() {
        return None;
    }
    (0..old.len()).filter(|n| old[*n].form != Form::Condition).find_map(|n| {
        let (was, is) = (before.reach(n)?, after.reach(n)?);
        let changes = reach::changes(&was, &is, Limits::steps(200_000), catalog());
        changes.iter().filter(|it| it.unknown_action.is_none()).find_map(|it| match &it.answer {
            Answer::Fail(it) => Some(format!("{} on {}", it.action, it.resource)),
            Answer::Pass(_) | Answer::Unknown(_) => None,
        })
    })
}

/// Whether a document grants a request, and whether it denies it.
fn said(document: &Document, request: &Request) -> (Tri, Tri) {
    let denies = document.statements().iter().filter(|it| it.effect() == Some(Effect::Deny));
    let denied = denies.map(|it| it.applies(request)).fold(Tri::False, Tri::or);
    (document.grants(request), denied)
}

/// Requests that statements have something to say about.
fn requests(statements: &[&Statement]) -> Vec<Request> {
    let mut actions: BTreeSet<String> = BTreeSet::from(["s3:GetObject".to_owned()]);
    let mut resources: BTreeSet<String> = BTreeSet::from(["*".to_owned()]);
    let mut principals: BTreeSet<String> = BTreeSet::from(["arn:aws:iam::111122223333:role/x".to_owned()]);
    let mut keys: Vec<(String, Vec<String>, bool)> = Vec::new();
    for it in statements {
        for text in it.action.iter().flat_map(|it| it.values.texts()).take(MOST) {
            let all: Vec<_> = catalog().actions_matching(&text.value).collect();
            let some = [all.first(), all.get(all.len() / 2), all.last()];
            actions.extend(some.into_iter().flatten().map(|it| it.full_name()));
        }
        for text in it.resource.iter().flat_map(|it| it.values.texts()).take(MOST) {
            resources.insert(text.value.replace(['*', '?'], "x"));
        }
        if let Some(PrincipalValue::Typed(entries)) = it.principal.as_ref().map(|it| &it.value) {
            let texts = entries.iter().flat_map(|it| it.values.texts());
            principals.extend(texts.take(MOST).map(|it| it.value.replace(['*', '?'], "x")));
        }
        for (block, test) in it.condition.iter().flat_map(|it| it.tests()) {
            let values = test.values.texts().map(|it| it.value.replace(['*', '?'], "x"));
            keys.push((test.key.value.to_string(), values.collect(), block.operator.quantifier.is_some()));
        }
    }
    let context = |value: &dyn Fn(&[String]) -> Option<String>| {
        let given = |(key, values, is_many): &(String, Vec<String>, bool)| {
            let value = value(values)?.into_boxed_str();
            Some((key.clone(), if *is_many { Given::Many(vec![value]) } else { Given::One(value) }))
        };
        Context::closed(keys.iter().filter_map(given))
    };
    let contexts = [
        context(&|_| None),
        context(&|values| values.first().cloned()),
        context(&|values| values.last().cloned()),
        context(&|_| Some("other".to_owned())),
    ];
    let mut out = Vec::new();
    for action in actions.iter().take(2 * MOST) {
        for resource in resources.iter().take(MOST) {
            for principal in principals.iter().take(3) {
                for context in &contexts {
                    out.push(Request::new(principal, action, resource, Owner::Unknown, context.clone()));
                }
            }
        }
    }
    out
}
