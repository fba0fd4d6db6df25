//! Holds the reviewed lists of Bedrock models against a package that follows them: an id, or a day of retirement,
//! that only the package has stops the generator until a person has looked.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::Path;

/// What the package says of a model; of its many fields these matter.
#[derive(Deserialize)]
struct Price {
    #[serde(default)]
    litellm_provider: String,
    deprecation_date: Option<String>,
}

#[derive(Deserialize)]
struct Overlay<T> {
    entries: Vec<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Known {
    id: String,
    #[serde(default)]
    end_of_life: String,
}

/// Compares the overlays in `folder` with an unpacked `litellm` package.
pub(super) fn check(package: &Path, folder: &Path) -> Result<(), Box<dyn Error>> {
    let prices = package.join("litellm/model_prices_and_context_window_backup.json");
    let prices: BTreeMap<String, Price> = serde_json::from_str(&fs::read_to_string(prices)?)?;
    let models = read(&folder.join("models.json"))?;
    let profiles = read(&folder.join("inference-profiles.json"))?;
    let rejected = read(&folder.join("rejected-model-ids.json"))?;
    let mut faults = BTreeSet::new();
    for (name, price) in &prices {
        if !matches!(price.litellm_provider.as_str(), "bedrock" | "bedrock_converse") {
            continue;
        }
        // `bedrock/us-east-1/6-month-commitment/ID` is a price of ID; `claude_platform` is no Bedrock model at all.
        let id = name.rsplit('/').next().unwrap_or(name);
        if name.contains("/claude_platform/") || rejected.contains_key(id) {
            continue;
        }
        match (models.get(id), profiles.contains_key(id)) {
            (None, false) => {
                faults.insert(format!("{id} is in no overlay"));
            }
            (Some(end), _) if !end.is_empty() => {
                let said = price.deprecation_date.as_ref().filter(|it| *it != end);
                faults.extend(said.map(|it| format!("{id} ends {it} in the package, {end} in models.json")));
            }
            (Some(_), _) => {
                let said = price.deprecation_date.as_ref();
                faults.extend(said.map(|it| format!("{id} ends {it} in the package, never in models.json")));
            }
            (None, true) => {}
        }
    }
    match faults.first() {
        None => Ok(()),
        Some(first) => {
            let n = faults.len();
            let all: Vec<&str> = faults.iter().map(String::as_str).collect();
            Err(format!("{n} ids of Bedrock models want a look, first {first}:\n{}", all.join("\n")).into())
        }
    }
}

/// Days of end of life by id.
fn read(path: &Path) -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let overlay: Overlay<Known> =
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(overlay.entries.into_iter().map(|it| (it.id, it.end_of_life)).collect())
}
