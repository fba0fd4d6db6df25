//! The shape of the hand-kept files: the overlays the build script packs as they are, and the tables of the policy
//! language. Every overlay entry, or its file, also has one `source` and one `date`, for the reader of the file.

use serde::Deserialize;
use std::collections::BTreeMap;

/// A file with a list of entries.
#[derive(Deserialize)]
pub(crate) struct File<T> {
    #[serde(alias = "operators", alias = "kinds", alias = "elements", alias = "partitions", alias = "types")]
    pub(crate) entries: Vec<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Operation {
    pub(crate) service: String,
    pub(crate) operation: String,
    pub(crate) actions: Vec<String>,
    #[serde(default)]
    pub(crate) sometimes: Vec<String>,
    #[serde(default)]
    pub(crate) note: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Tombstone {
    /// A service prefix, or a full action name.
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) title: String,
    /// Actions that replace a gone action.
    #[serde(default)]
    pub(crate) successors: Vec<String>,
    #[serde(default)]
    pub(crate) note: String,
    /// A day, a month, or `null` where nobody says when.
    pub(crate) removed: Option<String>,
    /// When it was still there, for what a comparison of packages found.
    #[serde(default)]
    pub(crate) after: String,
    /// Access Analyzer reports the name, as it does one that never was.
    #[serde(default)]
    pub(crate) access_analyzer: bool,
}

/// A service whose requests name their resources by rule, and the exceptions to it.
#[derive(Deserialize)]
pub(crate) struct RequestFamily {
    pub(crate) service: String,
    pub(crate) exceptions: Vec<RequestParameter>,
}

/// Parameters that fill a placeholder of an ARN format.
#[derive(Deserialize)]
pub(crate) struct RequestParameter {
    pub(crate) resource: String,
    pub(crate) placeholder: String,
    pub(crate) names: Vec<String>,
    #[serde(default)]
    pub(crate) value: String,
    #[serde(default)]
    pub(crate) like: String,
    #[serde(default)]
    pub(crate) unlike: String,
    #[serde(default)]
    pub(crate) arn: String,
}

/// Words of an error and what they stand for.
#[derive(Deserialize)]
pub(crate) struct Denial {
    pub(crate) text: String,
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) policy: String,
    #[serde(default)]
    pub(crate) service: String,
    #[serde(default)]
    pub(crate) meaning: String,
    #[serde(default)]
    pub(crate) actions: Vec<String>,
}

/// Words for what people want to do.
#[derive(Deserialize)]
pub(crate) struct TaskWords {
    pub(crate) words: Vec<String>,
    pub(crate) actions: Vec<String>,
}

/// A range of IP addresses with a meaning of its own.
#[derive(Deserialize)]
pub(crate) struct AddressRange {
    pub(crate) range: String,
    pub(crate) title: String,
}

/// A policy to begin with.
#[derive(Deserialize)]
pub(crate) struct Recipe {
    pub(crate) label: String,
    pub(crate) detail: String,
    pub(crate) kind: String,
    pub(crate) words: Vec<String>,
    /// The members of each statement.
    pub(crate) statements: Vec<Vec<String>>,
}

/// What people write most, in order: actions and resource types of a service, condition keys, operators, Regions. The services
/// are in order too.
#[derive(Deserialize)]
pub(crate) struct Ranking {
    #[serde(default)]
    pub(crate) service: String,
    #[serde(default)]
    pub(crate) actions: Vec<String>,
    #[serde(default)]
    pub(crate) resources: Vec<String>,
    #[serde(default)]
    pub(crate) keys: Vec<String>,
    #[serde(default)]
    pub(crate) operators: Vec<String>,
    #[serde(default)]
    pub(crate) regions: Vec<String>,
    /// Condition keys that people write as policy variables.
    #[serde(default)]
    pub(crate) variables: Vec<String>,
}

/// `overlay/descriptions/<prefix>.json`: texts by name.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Descriptions {
    /// Where a surprising fact was read, for the reader of the file.
    #[serde(default)]
    pub(crate) sources: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) actions: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) resource_types: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) keys: BTreeMap<String, String>,
}

#[derive(Deserialize)]
pub(crate) struct DeprecatedKey {
    pub(crate) key: String,
    pub(crate) successor: String,
}

#[derive(Deserialize)]
pub(crate) struct KeyValues {
    pub(crate) key: String,
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) values: Vec<String>,
    /// Value lists by action, for a key whose values depend on it.
    #[serde(default)]
    pub(crate) lists: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(crate) formats: Vec<String>,
    #[serde(default)]
    pub(crate) pattern: String,
    pub(crate) min: Option<u32>,
    pub(crate) max: Option<u32>,
    #[serde(default)]
    pub(crate) unit: String,
    #[serde(default)]
    pub(crate) presence: String,
    #[serde(default)]
    pub(crate) note: String,
    #[serde(default)]
    pub(crate) open: bool,
    #[serde(default)]
    pub(crate) always: bool,
    pub(crate) confidence: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Model {
    pub(crate) id: String,
    pub(crate) provider: String,
    pub(crate) status: String,
    #[serde(default)]
    pub(crate) legacy_since: String,
    #[serde(default)]
    pub(crate) end_of_life: String,
    pub(crate) confidence: String,
    #[serde(default)]
    pub(crate) variants: Vec<String>,
}

#[derive(Deserialize)]
pub(crate) struct ModelSuccessor {
    pub(crate) model: String,
    pub(crate) successor: String,
}

#[derive(Deserialize)]
pub(crate) struct Profile {
    pub(crate) id: String,
    pub(crate) geography: String,
    pub(crate) model: String,
    /// Destination Regions by source Region.
    #[serde(default)]
    pub(crate) routes: BTreeMap<String, Vec<String>>,
    pub(crate) confidence: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Geography {
    pub(crate) prefix: String,
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) destinations: Vec<String>,
    #[serde(default)]
    pub(crate) sources: Vec<String>,
    /// Source Regions that are destinations for their own calls only.
    #[serde(default)]
    pub(crate) source_adds: Vec<String>,
    #[serde(default)]
    pub(crate) any_region: bool,
}

#[derive(Deserialize)]
pub(crate) struct Operator {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) value_type: String,
    pub(crate) negated: bool,
    pub(crate) wildcards: bool,
    pub(crate) variables: bool,
    pub(crate) ordering: bool,
    pub(crate) text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Kind {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) required: Vec<String>,
    /// Pairs of which a statement has exactly one.
    pub(crate) one_of: Vec<[String; 2]>,
    pub(crate) allowed: Vec<String>,
    pub(crate) forbidden: Vec<String>,
    pub(crate) effects: Vec<String>,
    /// The only principal a statement may name.
    #[serde(default)]
    pub(crate) principal: String,
    pub(crate) quotas: Vec<Quota>,
    pub(crate) name_hints: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Quota {
    pub(crate) subject: String,
    pub(crate) limit: u32,
    pub(crate) unit: String,
    pub(crate) white_space: String,
    #[serde(default)]
    pub(crate) text: String,
}

#[derive(Deserialize)]
pub(crate) struct Element {
    pub(crate) name: String,
    #[serde(rename = "in")]
    pub(crate) place: String,
    pub(crate) text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Partition {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) dns_suffix: String,
    pub(crate) region_pattern: String,
    pub(crate) global_region: String,
    pub(crate) regions: Vec<String>,
    pub(crate) bedrock: Vec<String>,
    pub(crate) sagemaker: Vec<String>,
}

#[derive(Deserialize)]
pub(crate) struct Principals {
    pub(crate) types: Vec<PrincipalType>,
    pub(crate) services: Vec<ServicePrincipal>,
}

#[derive(Deserialize)]
pub(crate) struct PrincipalType {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) formats: Vec<String>,
}

#[derive(Deserialize)]
pub(crate) struct ServicePrincipal {
    pub(crate) principal: String,
    /// The service's IAM prefix, where it has one.
    #[serde(default)]
    pub(crate) prefix: String,
    #[serde(default)]
    pub(crate) note: String,
}

/// A fact that is no column of the catalogue.
#[derive(Deserialize)]
pub(crate) struct Note {
    /// A prefix, `prefix:Action` or `prefix/type`.
    pub(crate) about: String,
    pub(crate) text: String,
}

/// Issue codes of Access Analyzer that have one type of finding.
#[derive(Deserialize)]
pub(crate) struct Checks {
    #[serde(rename = "type")]
    pub(crate) of: String,
    pub(crate) codes: Vec<String>,
}

/// What actions can lead to.
#[derive(Deserialize)]
pub(crate) struct Consequence {
    pub(crate) consequence: String,
    /// Actions, or patterns of them.
    pub(crate) actions: Vec<String>,
}
