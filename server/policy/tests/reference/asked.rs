//! A question: policies as JSON, and a request.

use std::cell::RefCell;
use std::collections::BTreeMap;

use policy::PolicyKind;
use policy::eval::{Given, Owner};
use serde_json::Value;

/// The policies that apply, each as JSON.
#[derive(Debug, Clone, Default)]
pub(crate) struct Policies {
    pub(crate) identity: Vec<Value>,
    pub(crate) boundary: Option<Vec<Value>>,
    pub(crate) session: Option<Vec<Value>>,
    pub(crate) resource: Option<Value>,
    /// Whether the resource is a role: its policy is a trust policy.
    pub(crate) is_trust: bool,
    pub(crate) scps: Vec<Vec<Value>>,
    pub(crate) rcps: Vec<Vec<Value>>,
    pub(crate) vpc_endpoint: Option<Vec<Value>>,
}

impl Policies {
    /// What the policy of the resource is read as.
    pub(crate) fn resource_kind(&self) -> PolicyKind {
        if self.is_trust { PolicyKind::Trust } else { PolicyKind::Resource }
    }

    /// All of them.
    pub(crate) fn each(&self) -> impl Iterator<Item = &Value> {
        let lists = [&self.boundary, &self.session, &self.vpc_endpoint].into_iter().flatten().flatten();
        let levels = self.scps.iter().chain(&self.rcps).flatten();
        self.identity.iter().chain(&self.resource).chain(lists).chain(levels)
    }

    /// All of them.
    pub(crate) fn each_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        let lists =
            [&mut self.boundary, &mut self.session, &mut self.vpc_endpoint].into_iter().flatten().flatten();
        let levels = self.scps.iter_mut().chain(&mut self.rcps).flatten();
        self.identity.iter_mut().chain(&mut self.resource).chain(lists).chain(levels)
    }
}

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) principal: String,
    pub(crate) action: String,
    pub(crate) resource: String,
    pub(crate) owner: Owner,
    /// Condition keys with their values, each once.
    pub(crate) keys: Vec<(String, Given)>,
    /// Whether keys that are not listed are unknown rather than absent.
    pub(crate) is_open: bool,
}

impl Asked {
    /// The state of a key; the case of its name does not matter.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>
    pub(crate) fn key(&self, name: &str) -> Given {
        let same = |it: &&(String, Given)| it.0.to_lowercase() == name.to_lowercase();
        let unlisted = if self.is_open { Given::Unknown } else { Given::Absent };
        self.keys.iter().find(same).map_or(unlisted, |(_, given)| given.clone())
    }

    pub(crate) fn service(&self) -> String {
        self.action.split(':').next().unwrap_or_default().to_lowercase()
    }

    pub(crate) fn is_action(&self, name: &str) -> bool {
        self.action.to_lowercase() == name.to_lowercase()
    }
}

/// What a run of the reference came by, and how often, so that a test can say what its cases reached.
#[derive(Debug, Default)]
pub(crate) struct Seen(RefCell<BTreeMap<String, u64>>);

impl Seen {
    pub(crate) fn note(&self, what: impl Into<String>) {
        *self.0.borrow_mut().entry(what.into()).or_default() += 1;
    }

    pub(crate) fn count(&self, what: &str) -> u64 {
        self.0.borrow().get(what).copied().unwrap_or_default()
    }

    /// Which of `wanted` did not come up at least `often` times.
    pub(crate) fn lacking(&self, wanted: impl IntoIterator<Item = String>, often: u64) -> Vec<String> {
        wanted.into_iter().filter(|it| self.count(it) < often).collect()
    }
}

/// The values of an element: a list or one.
pub(crate) fn list(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |it| it.iter().collect())
}

/// Whether a template fills a value in.
pub(crate) fn is_template(value: &Value) -> bool {
    let Some(object) = value.as_object() else { return false };
    object.len() == 1 && object.keys().all(|it| it == "Ref" || it.starts_with("Fn::"))
}
