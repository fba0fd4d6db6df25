//! What is tested: policies and requests as `policy::eval` takes them.

use std::collections::BTreeSet;
use std::sync::Arc;

use policy::PolicyKind;
use policy::eval::{Context, Decision, Document, Narrowed, Request, Stack};
use policy::find;
use serde_json::Value;
use syntax::SourceFile;

use super::asked::{Asked, Policies};

/// The decisions that the evaluator finds possible.
pub(crate) fn decide(policies: &Policies, asked: &Asked) -> BTreeSet<Decision> {
    stack(policies).decide(&request(asked)).each().collect()
}

/// What is left when the keys that are not known are tried with values.
pub(crate) fn narrow(policies: &Policies, asked: &Asked) -> Narrowed {
    stack(policies).narrow(&request(asked))
}

fn stack(policies: &Policies) -> Stack {
    let levels = |levels: &[Vec<Value>], kind| levels.iter().map(|it| documents(it, kind)).collect();
    let some = |list: &Option<Vec<Value>>, kind| list.as_ref().map(|it| documents(it, kind));
    Stack {
        identity: documents(&policies.identity, PolicyKind::Identity),
        boundary: some(&policies.boundary, PolicyKind::Boundary),
        session: some(&policies.session, PolicyKind::Session),
        resource: policies.resource.as_ref().map(|it| document(it, policies.resource_kind())),
        scps: levels(&policies.scps, PolicyKind::Scp),
        rcps: levels(&policies.rcps, PolicyKind::Rcp),
        vpc_endpoint: some(&policies.vpc_endpoint, PolicyKind::VpcEndpoint),
    }
}

fn documents(policies: &[Value], kind: PolicyKind) -> Vec<Arc<Document>> {
    policies.iter().map(|it| document(it, kind)).collect()
}

fn document(policy: &Value, kind: PolicyKind) -> Arc<Document> {
    let file = SourceFile::new(&policy.to_string(), find::LANDMARKS);
    let policy = find::root_policy(&file, &find::Hint::default()).expect("a policy is an object");
    Arc::new(Document::compile(&policy, kind))
}

fn request(asked: &Asked) -> Request {
    let keys = asked.keys.iter().cloned();
    let context = if asked.is_open { Context::open(keys) } else { Context::closed(keys) };
    Request::new(&asked.principal, &asked.action, &asked.resource, asked.owner.clone(), context)
}
