//! What the SDK's models of the API tell: which operations there are, the values of enumerations, the names of
//! Regions. The types here have no field for documentation, so none gets past this module.

use super::format::{
    Endpoint, Endpoints, Region, Regions, Service, Unconfirmed, UnconfirmedActions, ValueList, ValueLists,
};
use flate2::read::GzDecoder;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The model of one API, by the folder it stands in.
type Models = BTreeMap<String, Model>;

/// One API.
#[derive(Deserialize)]
struct Model {
    metadata: Metadata,
    operations: BTreeMap<String, Nothing>,
    shapes: BTreeMap<String, Shape>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    endpoint_prefix: String,
    #[serde(default)]
    signing_name: String,
}

#[derive(Deserialize)]
struct Shape {
    #[serde(default, rename = "enum")]
    values: Vec<String>,
}

/// Something of which only the name matters.
#[derive(Deserialize)]
struct Nothing {}

#[derive(Deserialize)]
struct RawPartitions {
    partitions: Vec<RawPartition>,
}

#[derive(Deserialize)]
struct RawPartition {
    regions: BTreeMap<String, RawRegion>,
}

/// The SDK's `description` of a Region is its name and nothing more.
#[derive(Deserialize)]
struct RawRegion {
    description: String,
}

/// An unpacked `botocore` package.
pub(super) struct Api {
    models: Models,
    data: PathBuf,
}

impl Api {
    /// Reads the newest version of every model.
    pub(super) fn read(folder: &Path) -> Result<Api, Box<dyn Error>> {
        let data = folder.join("botocore/data");
        let mut models = Models::new();
        for entry in fs::read_dir(&data)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if !entry.file_type()?.is_dir() {
                continue;
            }
            let mut versions = fs::read_dir(entry.path())?.collect::<Result<Vec<_>, _>>()?;
            versions.sort_by_key(fs::DirEntry::file_name);
            let model = versions.iter().rev().find_map(|it| {
                let plain = it.path().join("service-2.json");
                let packed = it.path().join("service-2.json.gz");
                [plain, packed].into_iter().find(|it| it.exists())
            });
            if let Some(path) = model {
                models.insert(name, json(&path)?);
            }
        }
        Ok(Api { models, data })
    }

    /// Operations whose service is in the catalogue and which `older` did not have, without an action of their name:
    /// an action of that name is likely to follow. What is listed in `operations` has a permission of another name.
    pub(super) fn unconfirmed(
        &self,
        older: &Api,
        services: &BTreeMap<String, Service>,
        names: &Names,
    ) -> UnconfirmedActions {
        let mut found = BTreeSet::new();
        for (folder, model) in &self.models {
            let Some(service) = model.prefix(folder, services, names).and_then(|it| services.get(it)) else {
                continue;
            };
            let actions: BTreeSet<String> =
                service.actions.iter().map(|it| it.name.to_ascii_lowercase()).collect();
            let before = older.models.get(folder);
            for operation in model.operations.keys() {
                let is_new = before.is_none_or(|it| !it.operations.contains_key(operation));
                let lower = operation.to_ascii_lowercase();
                let is_known = actions.contains(&lower)
                    || names.operations.contains(&(service.prefix.clone(), lower.clone()))
                    || names.tombstones.contains(&format!("{}:{lower}", service.prefix));
                if is_new && !is_known {
                    found.insert((service.prefix.clone(), lower, format!("{}:{operation}", service.prefix)));
                }
            }
        }
        let mut entries: Vec<Unconfirmed> =
            found.into_iter().map(|(.., action)| Unconfirmed { action }).collect();
        entries.dedup_by(|a, b| a.action.eq_ignore_ascii_case(&b.action));
        UnconfirmedActions { schema: "../unconfirmed-actions.schema.json".to_owned(), entries }
    }

    /// Names of APIs in the SDK and of their endpoints that are not IAM prefixes, with the prefix they sign with. An API
    /// none of whose operations is an action under that prefix is left out: its signature says nothing of IAM.
    pub(super) fn endpoints(&self, services: &BTreeMap<String, Service>, names: &Names) -> Endpoints {
        let mut found = BTreeMap::new();
        for (folder, model) in &self.models {
            let Metadata { endpoint_prefix, signing_name } = &model.metadata;
            let signs_as = if signing_name.is_empty() { endpoint_prefix } else { signing_name };
            let Some(service) = services.get(signs_as) else { continue };
            let is_action =
                |name: &String| service.actions.iter().any(|it| it.name.eq_ignore_ascii_case(name));
            if !model.operations.keys().any(is_action) {
                continue;
            }
            let others = [folder, endpoint_prefix].into_iter().filter(|it| {
                let lower = it.to_ascii_lowercase();
                !services.contains_key(&lower) && !names.endpoints.contains_key(&lower)
            });
            found.extend(others.map(|it| (it.to_ascii_lowercase(), service.prefix.clone())));
        }
        let entries = found.into_iter().map(|(endpoint, prefix)| Endpoint { endpoint, prefix }).collect();
        Endpoints { schema: "../generated-endpoints.schema.json".to_owned(), entries }
    }

    /// The values of enumerations of SageMaker's API, by their names there.
    pub(super) fn value_lists(&self, wanted: &BTreeSet<String>) -> Result<ValueLists, Box<dyn Error>> {
        let sagemaker = self.models.get("sagemaker").ok_or("the package has no model of SageMaker")?;
        let mut entries = Vec::new();
        for list in wanted {
            let shape = sagemaker.shapes.get(list).filter(|it| !it.values.is_empty());
            let shape = shape.ok_or_else(|| format!("SageMaker's API has no enumeration `{list}`"))?;
            let mut values = shape.values.clone();
            values.sort();
            entries.push(ValueList { list: list.clone(), values });
        }
        Ok(ValueLists { schema: "../value-lists.schema.json".to_owned(), entries })
    }

    /// The names of Regions, pseudo-Regions of global services left out.
    pub(super) fn regions(&self) -> Result<Regions, Box<dyn Error>> {
        let raw: RawPartitions = json(&self.data.join("partitions.json"))?;
        let all = raw.partitions.into_iter().flat_map(|it| it.regions);
        let real = all.filter(|(id, _)| !id.ends_with("-global"));
        let mut regions: Vec<Region> = real.map(|(id, it)| Region { id, title: it.description }).collect();
        regions.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(Regions { schema: "../regions.schema.json".to_owned(), regions })
    }
}

impl Model {
    /// The IAM prefix of the API's service: the name it signs with, its endpoint, or what the overlay says of them.
    fn prefix<'a>(
        &'a self,
        folder: &'a str,
        services: &BTreeMap<String, Service>,
        names: &'a Names,
    ) -> Option<&'a str> {
        let Metadata { endpoint_prefix, signing_name } = &self.metadata;
        let own = [signing_name.as_str(), endpoint_prefix, folder];
        let said = own.iter().filter_map(|it| names.endpoints.get(*it).map(String::as_str));
        own.iter()
            .copied()
            .filter(|it| *it != folder)
            .chain(said)
            .chain([folder])
            .find(|it| services.contains_key(*it))
    }
}

/// Names that overlays explain, in lower case.
pub(super) struct Names {
    endpoints: BTreeMap<String, String>,
    operations: BTreeSet<(String, String)>,
    tombstones: BTreeSet<String>,
}

impl Names {
    /// Reads the overlays in `folder`.
    pub(super) fn read(folder: &Path) -> Result<Names, Box<dyn Error>> {
        let endpoints: Overlay<Endpoint> = json(&folder.join("endpoints.json"))?;
        let operations: Overlay<Operation> = json(&folder.join("operations.json"))?;
        let tombstones: Overlay<Tombstone> = json(&folder.join("tombstones.json"))?;
        let operation = |it: Operation| (it.service, it.operation.to_ascii_lowercase());
        Ok(Names {
            endpoints: endpoints.entries.into_iter().map(|it| (it.endpoint, it.prefix)).collect(),
            operations: operations.entries.into_iter().map(operation).collect(),
            tombstones: tombstones.entries.into_iter().map(|it| it.name.to_ascii_lowercase()).collect(),
        })
    }
}

#[derive(Deserialize)]
struct Overlay<T> {
    entries: Vec<T>,
}

#[derive(Deserialize)]
struct Operation {
    service: String,
    operation: String,
}

#[derive(Deserialize)]
struct Tombstone {
    name: String,
}

fn json<T: DeserializeOwned>(path: &Path) -> Result<T, Box<dyn Error>> {
    let fault = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let mut text = String::new();
    let file = fs::File::open(path).map_err(|error| fault(&error))?;
    let packed = path.extension().is_some_and(|it| it == "gz");
    let mut reader: Box<dyn Read> = if packed { Box::new(GzDecoder::new(file)) } else { Box::new(file) };
    reader.read_to_string(&mut text).map_err(|error| fault(&error))?;
    Ok(serde_json::from_str(&text).map_err(|error| fault(&error))?)
}
