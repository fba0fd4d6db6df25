//! A question as one line of JSON, and its answer as another.

use std::collections::HashMap;
use std::sync::Arc;

use policy::eval::Given;
use policy::reach::{self, Access, Answer, Document, Limits, Opinions, Side, StatementRef, Witness};
use policy::{PolicyKind, find};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use syntax::SourceFile;

/// A question. `kind` says which of the three it is.
#[derive(Debug, Deserialize)]
struct Question<'a> {
    /// Whatever the asker knows it by.
    #[serde(default)]
    id: Value,
    kind: String,
    #[serde(borrow, default)]
    existing: Option<&'a RawValue>,
    #[serde(borrow)]
    new: &'a RawValue,
    #[serde(default)]
    access: Option<Asked>,
    #[serde(default)]
    policy_type: Option<String>,
    #[serde(default)]
    resource_type: Option<String>,
}

/// One access, or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Asked {
    One(Lists),
    Several(Vec<Lists>),
}

#[derive(Debug, Default, Deserialize)]
struct Lists {
    #[serde(default)]
    actions: Vec<String>,
    #[serde(default)]
    resources: Vec<String>,
}

/// Compiled policies that are kept from line to line, by their text.
#[derive(Default)]
pub(super) struct Compiled {
    documents: HashMap<(PolicyKind, Box<str>), Option<Arc<Document>>>,
    bytes: usize,
}

/// When the texts that are kept come to this many bytes, they are let go.
const MOST_BYTES: usize = 8 << 20;

impl Compiled {
    /// The policy that a text is.
    pub(super) fn document(&mut self, kind: PolicyKind, text: &str) -> Option<Arc<Document>> {
        if self.bytes > MOST_BYTES {
            *self = Compiled::default();
        }
        let key = (kind, Box::from(text));
        if let Some(it) = self.documents.get(&key) {
            return it.clone();
        }
        let file = SourceFile::new(text, find::LANDMARKS);
        let policy = find::root_policy(&file, &find::Hint::default());
        let document = policy.map(|it| Arc::new(Document::of_kind(&it, kind, &file, catalog::catalog())));
        self.bytes += text.len();
        self.documents.insert(key, document.clone());
        document
    }
}

/// The answer to a line.
pub(super) fn answer(line: &[u8], compiled: &mut Compiled) -> Value {
    let question: Question<'_> = match serde_json::from_slice(line) {
        Ok(it) => it,
        Err(error) => return unknown(&Value::Null, &error.to_string()),
    };
    match ask(&question, compiled) {
        Ok(it) => {
            let mut out = json!({"id": question.id});
            if let (Some(out), Value::Object(more)) = (out.as_object_mut(), opinions_json(&it)) {
                out.extend(more);
            }
            out
        }
        Err(error) => unknown(&question.id, error),
    }
}

fn unknown(id: &Value, error: &str) -> Value {
    json!({"id": id, "verdict": "UNKNOWN", "error": error})
}

fn ask(question: &Question<'_>, compiled: &mut Compiled) -> Result<Opinions, &'static str> {
    let kind = kind(question);
    let (limits, catalog) = (Limits::default(), catalog::catalog());
    let new = compiled.document(kind, question.new.get()).ok_or("`new` is no policy")?;
    Ok(match question.kind.as_str() {
        "no-new-access" => {
            let existing = question.existing.ok_or("`existing` is missing")?;
            let existing = compiled.document(kind, existing.get()).ok_or("`existing` is no policy")?;
            reach::opinions(limits, |limits| reach::wider(&existing, &new, limits, catalog))
        }
        "access-not-granted" => {
            let asked = question.access.as_ref().ok_or("`access` is missing")?;
            let lists = match asked {
                Asked::One(it) => std::slice::from_ref(it),
                Asked::Several(all) => all,
            };
            let access = lists
                .iter()
                .map(|it| Access { actions: it.actions.clone(), resources: it.resources.clone() });
            let access: Vec<Access> = access.collect();
            reach::opinions(limits, |limits| reach::grants(&new, &access, limits, catalog))
        }
        "no-public-access" => reach::opinions(limits, |limits| reach::public(&new, limits, catalog)),
        _ => return Err("`kind` is none of no-new-access, access-not-granted, no-public-access"),
    })
}

fn kind(question: &Question<'_>) -> PolicyKind {
    if question.resource_type.as_deref() == Some("AWS::IAM::AssumeRolePolicyDocument") {
        return PolicyKind::Trust;
    }
    match question.policy_type.as_deref() {
        Some("RESOURCE_POLICY") => PolicyKind::Resource,
        Some("SERVICE_CONTROL_POLICY") => PolicyKind::Scp,
        Some("RESOURCE_CONTROL_POLICY") => PolicyKind::Rcp,
        Some(_) => PolicyKind::Identity,
        None if question.kind == "no-public-access" => PolicyKind::Resource,
        None => PolicyKind::Identity,
    }
}

/// An answer as JSON, with the second opinion where there is one.
pub(super) fn opinions_json(it: &Opinions) -> Value {
    let mut out = to_json(&it.answer);
    if let (Some(out), Some(sent)) = (out.as_object_mut(), &it.sent) {
        out.insert("ofRequestsSent".to_owned(), to_json(sent));
    }
    out
}

/// An answer as JSON.
fn to_json(answer: &Answer) -> Value {
    let statements = |all: &[StatementRef]| all.iter().map(statement).collect::<Vec<_>>();
    match answer {
        Answer::Pass(proof) => json!({"verdict": "PASS", "statements": statements(proof)}),
        Answer::Fail(it) => json!({"verdict": "FAIL", "witness": witness(it)}),
        Answer::Unknown(reason) => {
            json!({"verdict": "UNKNOWN", "reason": reason.name(), "explanation": reason.text()})
        }
    }
}

fn statement(it: &StatementRef) -> Value {
    let policy = match it.side {
        Side::Old => "existing",
        Side::New => "new",
    };
    json!({"policy": policy, "index": it.index})
}

/// A request as JSON, with what allows it.
fn witness(it: &Witness) -> Value {
    let mut out = request(it);
    if let Some(out) = out.as_object_mut() {
        out.insert("allowedBy".to_owned(), statement(&it.statement));
        out.insert("deniedBefore".to_owned(), it.denied_by.as_ref().map_or(Value::Null, statement));
    }
    out
}

/// A request as JSON.
pub(in crate::cli) fn request(it: &Witness) -> Value {
    let context = it.context.iter().filter_map(|(key, given)| {
        let value = match given {
            Given::One(text) => json!(text),
            Given::Many(all) => json!(all),
            Given::Absent | Given::SomeValue | Given::Unknown => return None,
        };
        Some((key.clone(), value))
    });
    json!({
        "principal": it.principal,
        "action": it.action,
        "resource": it.resource,
        "context": context.collect::<Map<String, Value>>(),
        "typical": it.is_typical,
    })
}
