//! The shape of the committed files under `schemas/`, shared by the generator that writes them (`xtask`) and
//! the build script that packs them, so that the two cannot drift apart.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

fn is_false(flag: &bool) -> bool {
    !flag
}

/// `schemas/sources.json`: the pinned packages the generated files come from, and those that tests read.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sources {
    #[serde(rename = "$schema")]
    pub(crate) schema: String,
    pub(crate) packages: Vec<Package>,
}

/// One pinned package.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Package {
    /// What the generator takes from it: `primary`, `dependents`, `global-keys`, `api`, `older-api`, `models`; of
    /// `corpus`, which a test checks, only how often names occur; of `older-corpus`, which is compared with it, and of
    /// `solver`, which a test asks, nothing.
    pub(crate) role: String,
    pub(crate) registry: String,
    pub(crate) name: String,
    pub(crate) version: String,
    /// The file the registry's client saves.
    pub(crate) file: String,
    pub(crate) sha256: String,
    pub(crate) date: String,
    pub(crate) licence: String,
}

/// `schemas/catalog/services/<prefix>.json`.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Service {
    #[serde(rename = "$schema")]
    pub(crate) schema: String,
    pub(crate) prefix: String,
    pub(crate) title: String,
    /// Resource control policies reach this service.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) rcp: bool,
    pub(crate) actions: Vec<Action>,
    pub(crate) resources: Vec<Resource>,
    pub(crate) keys: Vec<Key>,
}

/// One action of a service.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Action {
    pub(crate) name: String,
    /// The most telling level first: an action that tags and writes is a tagging action.
    pub(crate) access: Vec<String>,
    /// Resource types an ARN may name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) resources: Vec<String>,
    /// Those of `resources` a call may leave out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) optional: Vec<String>,
    /// Every call has all of `resources` but the optional ones, so each must be allowed.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) all_of: bool,
    /// Condition keys of the action.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) keys: Vec<String>,
    /// Condition keys of the action together with one resource type.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) resource_keys: BTreeMap<String, Vec<String>>,
    /// Actions the caller also needs, always or for some requests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) dependents: Vec<String>,
    /// The action is a permission only: no API operation has its name.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) permission_only: bool,
}

/// One resource type of a service.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resource {
    pub(crate) name: String,
    pub(crate) arns: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) keys: Vec<String>,
}

/// A condition key a service defines.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Key {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) value_type: String,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) multi: bool,
}

/// `schemas/catalog/gone.json`: names the older package has and the primary one does not.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GoneNames {
    #[serde(rename = "$schema")]
    pub(crate) schema: String,
    /// When the names were still there.
    pub(crate) after: String,
    /// When they were no longer there.
    pub(crate) before: String,
    pub(crate) services: Vec<GoneService>,
    /// Full names of actions whose services are still there.
    pub(crate) actions: Vec<String>,
}

/// A service that has gone with all of its actions.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GoneService {
    pub(crate) prefix: String,
    pub(crate) title: String,
}

/// `schemas/catalog/global-keys.json`: keys that belong to no one service's actions.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GlobalKeys {
    #[serde(rename = "$schema")]
    pub(crate) schema: String,
    pub(crate) keys: Vec<GlobalKey>,
}

/// A key that any request may carry.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GlobalKey {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) value_type: String,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) multi: bool,
    /// What the key speaks of: `principal`, `session`, `network`, `resource` or `request`.
    pub(crate) category: String,
}

/// `schemas/catalog/unconfirmed-actions.json`: API operations newer than the catalogue, without an action of their
/// name.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnconfirmedActions {
    #[serde(rename = "$schema")]
    pub(crate) schema: String,
    pub(crate) entries: Vec<Unconfirmed>,
}

/// An action that is likely to exist.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Unconfirmed {
    pub(crate) action: String,
}

/// `schemas/catalog/endpoints.json`: names of APIs and endpoints that are not IAM prefixes.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Endpoints {
    #[serde(rename = "$schema")]
    pub(crate) schema: String,
    pub(crate) entries: Vec<Endpoint>,
}

/// One such name, with the prefix its operations are authorised under.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Endpoint {
    pub(crate) endpoint: String,
    pub(crate) prefix: String,
}

/// `schemas/catalog/value-lists.json`: enumerations of the API that values of condition keys come from.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ValueLists {
    #[serde(rename = "$schema")]
    pub(crate) schema: String,
    pub(crate) entries: Vec<ValueList>,
}

/// One enumeration, by its name in the API.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ValueList {
    pub(crate) list: String,
    pub(crate) values: Vec<String>,
}

/// `schemas/catalog/regions.json`: what Regions are called.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Regions {
    #[serde(rename = "$schema")]
    pub(crate) schema: String,
    pub(crate) regions: Vec<Region>,
}

/// A Region with its name.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Region {
    pub(crate) id: String,
    pub(crate) title: String,
}

/// `schemas/catalog/common-names.json`: how many of AWS's managed policies name a service or an action.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CommonNames {
    #[serde(rename = "$schema")]
    pub(crate) schema: String,
    /// How many policies were read.
    pub(crate) policies: usize,
    pub(crate) services: Vec<NamedService>,
    pub(crate) actions: Vec<NamedAction>,
    pub(crate) keys: Vec<NamedKey>,
    /// Without prefix and suffix.
    pub(crate) operators: Vec<NamedOperator>,
}

/// How many policies test a condition key.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NamedKey {
    pub(crate) key: String,
    pub(crate) policies: usize,
}

/// How many policies use a condition operator.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NamedOperator {
    pub(crate) operator: String,
    pub(crate) policies: usize,
}

/// How many policies name actions of a service.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NamedService {
    pub(crate) prefix: String,
    pub(crate) policies: usize,
}

/// How many policies name an action.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NamedAction {
    pub(crate) action: String,
    pub(crate) policies: usize,
}
