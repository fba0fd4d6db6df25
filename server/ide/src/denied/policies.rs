//! The policies that a denied request is held against, sorted into the layers of a decision.

use std::sync::Arc;

use policy::PolicyKind;
use policy::eval::{Document, Layer, Request, Tri};
use policy::find::{self, Hint, LANDMARKS};
use policy::model::Effect;
use syntax::SourceFile;

use crate::scenario::{Layered, PolicyFile};

/// What AWS attaches to every level of an organization at first.
const FULL_ACCESS: &str = r#"{"Version": "2012-10-17", "Statement":
    [{"Sid": "FullAWSAccess", "Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;

/// Policies, each in the layer that its kind says. All are taken to apply to the request, but of the policies of
/// resources only the one that speaks of its resource.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    layered: Layered,
    /// Policies of resources and of roles.
    resources: Vec<(Arc<PolicyFile>, usize, PolicyKind)>,
    kinds: Vec<PolicyKind>,
    adds_full_access: bool,
}

impl Policies {
    /// The policies of some files.
    pub fn of(files: &[Arc<PolicyFile>]) -> Policies {
        let mut out = Policies::default();
        for file in files {
            for (idx, policy) in file.analysis.policies().iter().enumerate() {
                out.kinds.push(policy.kind);
                let layer = match policy.kind {
                    PolicyKind::Identity => Layer::Identity,
                    PolicyKind::Boundary => Layer::Boundary,
                    PolicyKind::Session => Layer::Session,
                    PolicyKind::Scp => Layer::Scp(0),
                    PolicyKind::Rcp => Layer::Rcp(0),
                    PolicyKind::VpcEndpoint => Layer::VpcEndpoint,
                    PolicyKind::Resource | PolicyKind::Trust => {
                        out.resources.push((Arc::clone(file), idx, policy.kind));
                        continue;
                    }
                };
                out.layered.add(layer, file, idx);
            }
        }
        out.add_full_access();
        out
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// Whether there is one of this kind.
    pub fn has(&self, kind: PolicyKind) -> bool {
        self.kinds.contains(&kind)
    }

    /// Whether `FullAWSAccess` was put beside the service control policies, as none of them allows anything.
    pub fn adds_full_access(&self) -> bool {
        self.adds_full_access
    }

    /// Those that apply to a request.
    pub(super) fn for_request(&self, request: &Request) -> Layered {
        let mut out = self.layered.for_action(request.action());
        let is_trust = request.action().starts_with("sts:assumerole");
        let fitting = self.resources.iter().filter(|it| (it.2 == PolicyKind::Trust) == is_trust);
        let mut fitting = fitting
            .filter(|(file, idx, kind)| is_trust || speaks_of(&file.analysis.document(*idx, *kind), request));
        if let (Some((file, idx, _)), None) = (fitting.next(), fitting.next()) {
            out.add(Layer::Resource, file, *idx);
        }
        out
    }

    /// Service control policies that only deny stand beside one that allows.
    fn add_full_access(&mut self) {
        let Some(level) = self.layered.stack.scps.first_mut() else { return };
        let mut statements = level.iter().flat_map(|it| it.statements());
        if level.is_empty() || statements.any(|it| it.effect() == Some(Effect::Allow)) {
            return;
        }
        let file = SourceFile::new(FULL_ACCESS, LANDMARKS);
        let policy = find::root_policy(&file, &Hint::default());
        level.extend(policy.map(|it| Arc::new(Document::compile(&it, PolicyKind::Scp))));
        self.adds_full_access = true;
    }
}

/// Whether the policy of a resource is about the resource of a request.
fn speaks_of(policy: &Document, request: &Request) -> bool {
    let traces = policy.statements().iter().map(|it| it.trace(request, false));
    traces.into_iter().any(|it| it.resource.is_some_and(|it| it.verdict != Tri::False))
}
