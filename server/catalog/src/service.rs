//! Services and their resource types.

use crate::action::{Action, ActionId};
use crate::blob::{self, List};
use crate::key::ConditionKey;
use crate::layout::Section;
use crate::{Catalog, nearest};
use std::ops::Range;

const RCP: u32 = 0b01;
const RETIRED: u32 = 0b10;

/// An AWS service, as far as IAM knows it: a prefix and what comes under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Service(pub(crate) u32);

impl Catalog {
    /// All services with actions, by prefix.
    pub fn services(self) -> impl ExactSizeIterator<Item = Service> {
        (0..blob::rows(Section::Services)).map(Service)
    }

    /// The service of a prefix. A service that is gone altogether is still found, without actions.
    pub fn service(self, prefix: &str) -> Option<Service> {
        let here = blob::find(Section::Services, 0..blob::rows(Section::Services), prefix);
        let gone = || {
            let row = blob::find(Section::GoneServices, 0..blob::rows(Section::GoneServices), prefix)?;
            Some(row + blob::rows(Section::Services))
        };
        here.or_else(gone).map(Service)
    }

    /// The service a prefix that does not exist most likely means: an endpoint or product name, or a slip of the
    /// keyboard. `None` when nothing is close.
    pub fn nearest_service(self, prefix: &str) -> Option<Service> {
        let exact =
            |name| self.service(name).filter(|it| !it.is_retired()).or_else(|| self.endpoint_prefix(name));
        let vendors = ["amazon-", "aws-", "amazon", "aws"];
        let bare = || vendors.iter().find_map(|vendor| exact(prefix.strip_prefix(vendor)?));
        let prefixes = || self.services().map(|it| (it, it.prefix()));
        let near = || nearest::by_distance(prefix, prefixes().chain(self.endpoints()));
        exact(prefix).or_else(bare).or_else(near)
    }
}

impl Service {
    fn cell(self, column: usize) -> u32 {
        let here = blob::rows(Section::Services);
        match self.0.checked_sub(here) {
            None => blob::cell(Section::Services, self.0, column),
            Some(gone) => blob::cell(Section::GoneServices, gone, column),
        }
    }

    pub(crate) fn action_range(self) -> Range<u32> {
        self.cell(2)..self.cell(3)
    }

    /// The prefix of its actions, in lower case: `s3`.
    pub fn prefix(self) -> &'static str {
        blob::text(self.cell(0))
    }

    /// The name of the product: `Amazon S3`.
    pub fn title(self) -> &'static str {
        blob::text(self.cell(1))
    }

    /// Its actions, by name.
    pub fn actions(self) -> impl ExactSizeIterator<Item = Action> {
        self.action_range().map(Action)
    }

    /// Ids of its actions: a run without gaps.
    pub fn action_ids(self) -> Range<ActionId> {
        ActionId(self.cell(2))..ActionId(self.cell(3))
    }

    /// The action of a name without prefix.
    pub fn action(self, name: &str) -> Option<Action> {
        blob::find(Section::Actions, self.action_range(), name).map(Action)
    }

    /// The action a name that does not exist most likely means: what authorises the API operation of that name,
    /// what replaced a gone action, or the closest spelling. `None` when nothing is close; a name whose verb
    /// exists is never turned into one with another verb.
    pub fn nearest_action(self, name: &str) -> Option<Action> {
        nearest::action(self, name)
    }

    /// Its resource types, by name.
    pub fn resource_types(self) -> impl ExactSizeIterator<Item = ResourceType> {
        (self.cell(4)..self.cell(5)).map(ResourceType)
    }

    /// The resource type of a name.
    pub fn resource_type(self, name: &str) -> Option<ResourceType> {
        blob::find(Section::Resources, self.cell(4)..self.cell(5), name).map(ResourceType)
    }

    /// The condition keys it defines, by name. Keys of AWS as a whole are not among them.
    pub fn condition_keys(self) -> impl ExactSizeIterator<Item = ConditionKey> {
        List::at(self.cell(6)).map(ConditionKey)
    }

    /// Whether resource control policies reach it.
    pub fn supports_rcp(self) -> bool {
        self.cell(7) & RCP != 0
    }

    /// How often people write its prefix. Good for sorting, and for nothing else.
    pub fn weight(self) -> u32 {
        self.cell(7) >> 8
    }

    /// Whether AWS has shut it down; statements about it do nothing.
    pub fn is_retired(self) -> bool {
        self.cell(7) & RETIRED != 0
    }
}

/// A kind of resource an action can be granted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceType(pub(crate) u32);

impl ResourceType {
    /// Its name within the service: `bucket`.
    pub fn name(self) -> &'static str {
        blob::text_cell(Section::Resources, self.0, 0)
    }

    /// Its ARN formats with placeholders: `arn:${Partition}:s3:::${BucketName}`. At least one.
    pub fn arn_formats(self) -> impl ExactSizeIterator<Item = &'static str> {
        List::cell(Section::Resources, self.0, 1).texts()
    }

    /// Condition keys a request carries because of a resource of this type.
    pub fn condition_keys(self) -> impl ExactSizeIterator<Item = ConditionKey> {
        List::cell(Section::Resources, self.0, 2).map(ConditionKey)
    }

    /// The service it belongs to.
    pub fn service(self) -> Service {
        Service(blob::cell(Section::Resources, self.0, 3))
    }

    /// How often people name it, among the types of its service. Good for sorting, and for nothing else.
    pub fn weight(self) -> u32 {
        blob::cell(Section::Resources, self.0, 4)
    }

    /// What it is, in one or two sentences, where one of us wrote them.
    pub fn description(self) -> Option<&'static str> {
        let row = blob::find_id(Section::ResourceTexts, self.0)?;
        Some(blob::text_cell(Section::ResourceTexts, row, 1))
    }
}
