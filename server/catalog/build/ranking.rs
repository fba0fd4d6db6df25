//! What people write most: our own order of what our users need first, then how many of AWS's managed policies name
//! it.

use crate::facts::Ranking;
use crate::format::CommonNames;
use crate::pack::word;
use crate::{Outcome, entries, read};
use std::collections::BTreeMap;
use std::path::Path;

/// The greatest weight of an action; it has six bits.
const MOST: u32 = 63;

/// The greatest weight that counts alone give an action.
const MOST_COUNTED: u32 = 40;

/// The weight of the first service in our order, above all counts.
const FIRST_SERVICE: u32 = 10_000;

/// Weights by name; what has none is rare.
pub(crate) struct Weights {
    services: BTreeMap<String, u32>,
    actions: BTreeMap<String, u32>,
    resources: BTreeMap<String, u32>,
    keys: BTreeMap<String, u32>,
    operators: BTreeMap<String, u32>,
    regions: Vec<String>,
}

impl Weights {
    pub(crate) fn read(schemas: &Path) -> Outcome<Weights> {
        let common: CommonNames = read(&schemas.join("catalog/common-names.json"))?;
        let services = common.services.into_iter().map(|it| (it.prefix, word(it.policies)));
        let actions =
            common.actions.into_iter().map(|it| (it.action.to_ascii_lowercase(), of_count(it.policies)));
        let keys = common.keys.into_iter().map(|it| (it.key.to_ascii_lowercase(), of_count(it.policies)));
        let operators =
            common.operators.into_iter().map(|it| (it.operator.to_ascii_lowercase(), of_count(it.policies)));
        let mut out = Weights {
            services: services.collect(),
            actions: actions.collect(),
            resources: BTreeMap::new(),
            keys: keys.collect(),
            operators: operators.collect(),
            regions: Vec::new(),
        };
        for (at, it) in entries::<Ranking>(&schemas.join("overlay/ranking.json"))?.into_iter().enumerate() {
            let weight = |at: usize| MOST.saturating_sub(word(at)).max(MOST_COUNTED + 1);
            for (at, action) in it.actions.iter().enumerate() {
                out.actions.insert(format!("{}:{action}", it.service).to_ascii_lowercase(), weight(at));
            }
            for (at, key) in it.keys.iter().enumerate() {
                out.keys.insert(key.to_ascii_lowercase(), weight(at));
            }
            for (at, operator) in it.operators.iter().enumerate() {
                out.operators.insert(operator.to_ascii_lowercase(), weight(at));
            }
            for (at, resource) in it.resources.iter().enumerate() {
                let weight = MOST.saturating_sub(word(at)).max(1);
                out.resources.insert(format!("{}:{resource}", it.service), weight);
            }
            out.regions.extend(it.regions);
            if !it.service.is_empty() {
                out.services.insert(it.service, FIRST_SERVICE - word(at));
            }
        }
        Ok(out)
    }

    pub(crate) fn service(&self, prefix: &str) -> u32 {
        self.services.get(prefix).copied().unwrap_or(0)
    }

    pub(crate) fn resource(&self, prefix: &str, name: &str) -> u32 {
        self.resources.get(&format!("{prefix}:{name}")).copied().unwrap_or(0)
    }

    pub(crate) fn region(&self, id: &str) -> u32 {
        let at = self.regions.iter().position(|it| it == id);
        at.map_or(0, |at| MOST.saturating_sub(word(at)).max(1))
    }

    pub(crate) fn key(&self, name: &str) -> u32 {
        self.keys.get(&name.to_ascii_lowercase()).copied().unwrap_or(0)
    }

    pub(crate) fn operator(&self, name: &str) -> u32 {
        self.operators.get(&name.to_ascii_lowercase()).copied().unwrap_or(0)
    }

    pub(crate) fn action(&self, prefix: &str, name: &str) -> u32 {
        let full_name = format!("{prefix}:{name}").to_ascii_lowercase();
        self.actions.get(&full_name).copied().unwrap_or(0)
    }
}

/// Four steps for each doubling, so that a few policies more or less do not matter where there are many.
fn of_count(n_policies: usize) -> u32 {
    let n = word(n_policies).max(1);
    let whole = n.ilog2();
    let quarter = (n - (1 << whole)) * 4 / (1 << whole);
    (whole * 4 + quarter).min(MOST_COUNTED)
}
