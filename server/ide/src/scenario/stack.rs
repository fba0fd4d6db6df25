//! A stack of policies that remembers where its statements stand.

use std::collections::BTreeMap;
use std::sync::Arc;

use policy::PolicyKind;
use policy::eval::{Document, Layer, Site, Stack, StatementTrace};
use syntax::{Encoding, TextRange};

use super::run::PolicyFile;
use crate::decision::{self, Names};

/// Policies with where they stand.
#[derive(Debug, Clone, Default)]
pub struct Layered {
    /// The policies.
    pub stack: Stack,
    sources: BTreeMap<(Layer, usize), (Arc<PolicyFile>, usize)>,
}

/// A statement in a file.
#[derive(Debug, Clone)]
pub struct Place {
    /// The file.
    pub file: Arc<PolicyFile>,
    /// The policy's index in the file.
    pub policy: usize,
    /// The statement's index in the policy.
    pub statement: usize,
}

impl Layered {
    /// Adds the policy number `policy` of a file to a layer.
    pub fn add(&mut self, layer: Layer, file: &Arc<PolicyFile>, policy: usize) {
        let document = file.analysis.document(policy, kind(layer));
        let idx = match self.list(layer) {
            Some(list) => {
                list.push(document);
                list.len() - 1
            }
            // A resource has one policy.
            None => {
                self.stack.resource = Some(document);
                0
            }
        };
        self.sources.insert((layer, idx), (Arc::clone(file), policy));
    }

    /// Policies that stand in no file.
    pub fn unplaced(stack: Stack) -> Layered {
        Layered { stack, sources: BTreeMap::new() }
    }

    /// Says that a layer has policies, though none was found for it yet: nothing is allowed there then.
    pub fn reserve(&mut self, layer: Layer) {
        self.list(layer);
    }

    /// Its policies: the absolute path of the file, and the index in it.
    pub fn policies(&self) -> impl Iterator<Item = (&str, usize)> {
        self.sources.values().map(|(file, policy)| (&*file.location, *policy))
    }

    /// Where a statement stands.
    pub fn place(&self, site: Site) -> Option<Place> {
        let (file, policy) = self.sources.get(&(site.layer, site.document))?;
        Some(Place { file: Arc::clone(file), policy: *policy, statement: site.statement })
    }

    /// The same policies without those that do not reach the service: resource control policies cover a list of
    /// services and no others.
    /// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>
    pub fn for_action(&self, action: &str) -> Layered {
        let catalog = catalog::catalog();
        let service = action.split_once(':').and_then(|(it, _)| catalog.service(it));
        let takes_none = catalog.find_action(action).is_some_and(|it| it.requires_wildcard_resource());
        let mut out = self.clone();
        if takes_none || service.is_some_and(|it| !it.supports_rcp()) {
            out.stack.rcps.clear();
        }
        out
    }

    /// The policies of a layer that can have several.
    fn list(&mut self, layer: Layer) -> Option<&mut Vec<Arc<Document>>> {
        Some(match layer {
            Layer::Identity => &mut self.stack.identity,
            Layer::Boundary => self.stack.boundary.get_or_insert_default(),
            Layer::Session => self.stack.session.get_or_insert_default(),
            Layer::VpcEndpoint => self.stack.vpc_endpoint.get_or_insert_default(),
            Layer::Scp(n) => return level(&mut self.stack.scps, n),
            Layer::Rcp(n) => return level(&mut self.stack.rcps, n),
            Layer::Resource => return None,
        })
    }
}

/// The level number `n`, with all before it.
fn level(levels: &mut Vec<Vec<Arc<Document>>>, n: usize) -> Option<&mut Vec<Arc<Document>>> {
    if levels.len() <= n {
        levels.resize_with(n + 1, Vec::new);
    }
    levels.get_mut(n)
}

impl Place {
    /// The statement in its file.
    pub fn range(&self) -> Option<TextRange> {
        let at = self.file.analysis.policies().get(self.policy)?.statements.get(self.statement)?;
        Some(at.statement.label_range() + at.start)
    }

    /// Whether it is the same statement of the same file.
    pub fn is_same(&self, other: &Place) -> bool {
        (&self.file.location, self.policy, self.statement)
            == (&other.file.location, other.policy, other.statement)
    }

    /// The file and the line, from 1: `train.json:12`.
    pub fn text(&self) -> String {
        let text = self.file.analysis.file().text();
        let line = self.range().map_or(0, |it| text.line_col(it.start, Encoding::Utf32).line);
        format!("{}:{}", self.file.path, line + 1)
    }
}

impl Names for Layered {
    fn statement(&self, site: Site, trace: &StatementTrace) -> String {
        let name = decision::statement(site, trace);
        match self.place(site) {
            Some(place) => format!("{name} ({})", place.text()),
            None => name,
        }
    }
}

/// How a policy of a layer is read.
pub(super) fn kind(layer: Layer) -> PolicyKind {
    match layer {
        Layer::Identity => PolicyKind::Identity,
        Layer::Resource => PolicyKind::Resource,
        Layer::Boundary => PolicyKind::Boundary,
        Layer::Session => PolicyKind::Session,
        Layer::Scp(_) => PolicyKind::Scp,
        Layer::Rcp(_) => PolicyKind::Rcp,
        Layer::VpcEndpoint => PolicyKind::VpcEndpoint,
    }
}
