//! A question as one line of JSON: `{id, policies, request}`.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use policy::PolicyKind;
use policy::eval::{Context, Document, Given, Owner, Request, Stack};
use policy::find;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use syntax::SourceFile;

/// A question.
#[derive(Debug, Deserialize)]
pub(super) struct Question<'a> {
    /// Whatever the asker knows it by.
    #[serde(default)]
    pub(super) id: Value,
    #[serde(borrow)]
    pub(super) policies: Policies<'a>,
    #[serde(borrow)]
    pub(super) request: Asked<'a>,
}

/// The policies that apply, by layer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Policies<'a> {
    #[serde(borrow, default)]
    identity: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    resource: Option<&'a RawValue>,
    #[serde(borrow, default)]
    scps: Option<Vec<Vec<&'a RawValue>>>,
    #[serde(borrow, default)]
    rcps: Option<Vec<Vec<&'a RawValue>>>,
    #[serde(borrow, default)]
    boundary: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    session: Option<&'a RawValue>,
    #[serde(borrow, default)]
    vpce: Option<Vec<&'a RawValue>>,
}

/// The request.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Asked<'a> {
    #[serde(borrow)]
    principal: Cow<'a, str>,
    #[serde(borrow)]
    action: Cow<'a, str>,
    #[serde(borrow)]
    resource: Cow<'a, str>,
    #[serde(borrow, default)]
    resource_account: Option<Cow<'a, str>>,
    #[serde(default)]
    context: Option<BTreeMap<String, Value>>,
}

/// The id of a line that is no question, as far as it has one.
pub(super) fn id(line: &[u8]) -> Value {
    #[derive(Deserialize)]
    struct Id {
        #[serde(default)]
        id: Value,
    }
    serde_json::from_slice::<Id>(line).map_or(Value::Null, |it| it.id)
}

/// Compiled policies that are kept from line to line, by their text.
#[derive(Default)]
pub(super) struct Compiled {
    documents: HashMap<(PolicyKind, Box<str>), Arc<Document>>,
    bytes: usize,
}

/// When the texts that are kept come to this many bytes, they are let go.
const MOST_BYTES: usize = 32 << 20;

impl Compiled {
    /// The policies of a question.
    pub(super) fn stack(&mut self, policies: &Policies<'_>) -> Stack {
        if self.bytes > MOST_BYTES {
            *self = Compiled::default();
        }
        let mut list = |kind, texts: &[&RawValue]| -> Vec<Arc<Document>> {
            texts.iter().map(|it| self.document(kind, it.get())).collect()
        };
        // An empty list of boundaries or endpoint policies says that there is none.
        let some = |it: &Option<Vec<&RawValue>>| it.as_ref().is_some_and(|it| !it.is_empty());
        let levels = |it: &Option<Vec<Vec<_>>>| it.clone().unwrap_or_default();
        Stack {
            identity: list(PolicyKind::Identity, policies.identity.as_deref().unwrap_or_default()),
            boundary: some(&policies.boundary)
                .then(|| list(PolicyKind::Boundary, policies.boundary.as_deref().unwrap_or_default())),
            session: policies.session.map(|it| list(PolicyKind::Session, &[it])),
            resource: policies.resource.and_then(|it| list(PolicyKind::Resource, &[it]).pop()),
            scps: levels(&policies.scps).iter().map(|it| list(PolicyKind::Scp, it)).collect(),
            rcps: levels(&policies.rcps).iter().map(|it| list(PolicyKind::Rcp, it)).collect(),
            vpc_endpoint: some(&policies.vpce)
                .then(|| list(PolicyKind::VpcEndpoint, policies.vpce.as_deref().unwrap_or_default())),
        }
    }

    fn document(&mut self, kind: PolicyKind, text: &str) -> Arc<Document> {
        let key = (kind, Box::from(text));
        if let Some(it) = self.documents.get(&key) {
            return Arc::clone(it);
        }
        let file = SourceFile::new(text, find::LANDMARKS);
        let policy = find::root_policy(&file, &find::Hint::default());
        let document = Arc::new(policy.map(|it| Document::compile(&it, kind)).unwrap_or_default());
        self.bytes += text.len();
        self.documents.insert(key, Arc::clone(&document));
        document
    }
}

impl Asked<'_> {
    /// The request. Keys that it does not name are absent.
    pub(super) fn request(self) -> Request {
        let keys = self.context.unwrap_or_default();
        let context = Context::closed(keys.into_iter().filter_map(|(name, it)| Some((name, given(&it)?))));
        let owner = match self.resource_account {
            Some(it) if !it.is_empty() => Owner::Account((*it).into()),
            _ => Owner::Same,
        };
        Request::new(&self.principal, &self.action, &self.resource, owner, context)
    }
}

/// The value of a key; `null` says that it is absent, and objects are none.
fn given(value: &Value) -> Option<Given> {
    match value {
        Value::Array(items) => Some(Given::Many(items.iter().filter_map(text).map(Box::from).collect())),
        other => Some(Given::One(text(other)?.into())),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(it) => Some(it.clone()),
        Value::Number(it) => Some(it.to_string()),
        Value::Bool(it) => Some(it.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
