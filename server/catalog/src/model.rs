//! Bedrock models and the inference profiles AWS defines for them.

use crate::Catalog;
use crate::blob::{self, List};
use crate::layout::Section;

/// How sure a fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// From memory, or from an old copy of a page.
    Low,
    /// From code in use or from a rule.
    Medium,
    /// From AWS.
    High,
}

impl Certainty {
    pub(crate) fn from_number(number: u32) -> Certainty {
        match number {
            2 => Certainty::High,
            1 => Certainty::Medium,
            _ => Certainty::Low,
        }
    }
}

/// Where a model is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ModelStatus {
    /// In service, with no end announced.
    Active,
    /// In service, with its end announced.
    Legacy,
    /// Out of service when the data was taken.
    Ended,
}

/// A foundation model of Bedrock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Model(u32);

impl Catalog {
    /// All models, by id.
    pub fn models(self) -> impl ExactSizeIterator<Item = Model> {
        (0..blob::rows(Section::Models)).map(Model)
    }

    /// The model of an id; the id of a variant for provisioned throughput (`…:18k`) finds its model.
    pub fn model(self, id: &str) -> Option<Model> {
        let exact = blob::find(Section::Models, 0..blob::rows(Section::Models), id).map(Model);
        exact.or_else(|| {
            self.models().find(|it| it.variants().any(|variant| variant.eq_ignore_ascii_case(id)))
        })
    }

    /// All inference profiles AWS defines, by id.
    pub fn inference_profiles(self) -> impl ExactSizeIterator<Item = InferenceProfile> {
        (0..blob::rows(Section::Profiles)).map(InferenceProfile)
    }

    /// The inference profile of an id: `eu.anthropic.claude-…`.
    pub fn inference_profile(self, id: &str) -> Option<InferenceProfile> {
        blob::find(Section::Profiles, 0..blob::rows(Section::Profiles), id).map(InferenceProfile)
    }

    /// The geographies of inference profiles.
    pub fn geographies(self) -> impl ExactSizeIterator<Item = Geography> {
        (0..blob::rows(Section::Geographies)).map(Geography)
    }

    /// The geography of a prefix: `eu`. It also speaks for profiles newer than the catalogue.
    pub fn geography(self, prefix: &str) -> Option<Geography> {
        self.geographies().find(|it| it.prefix().eq_ignore_ascii_case(prefix))
    }
}

impl Model {
    /// Its id: `anthropic.claude-…-v1:0`.
    pub fn id(self) -> &'static str {
        blob::text_cell(Section::Models, self.0, 0)
    }

    /// Who made it, as the id says: `anthropic`.
    pub fn provider(self) -> &'static str {
        blob::text_cell(Section::Models, self.0, 1)
    }

    /// Where it was in its life when the data was taken.
    pub fn status(self) -> ModelStatus {
        match blob::cell(Section::Models, self.0, 2) {
            0 => ModelStatus::Active,
            1 => ModelStatus::Legacy,
            _ => ModelStatus::Ended,
        }
    }

    /// Since when it has been legacy, as `2026-04-14`.
    pub fn legacy_since(self) -> Option<&'static str> {
        blob::some_text(Section::Models, self.0, 3)
    }

    /// The day it goes or went out of service.
    pub fn end_of_life(self) -> Option<&'static str> {
        blob::some_text(Section::Models, self.0, 4)
    }

    /// A newer model of the same line that was active when the data was taken. A suggestion of ours: AWS names none.
    pub fn successor(self) -> Option<Model> {
        blob::cell(Section::Models, self.0, 5).checked_sub(1).map(Model)
    }

    /// How sure its status is.
    pub fn certainty(self) -> Certainty {
        Certainty::from_number(blob::cell(Section::Models, self.0, 6))
    }

    /// Ids of its variants for provisioned throughput.
    pub fn variants(self) -> impl ExactSizeIterator<Item = &'static str> {
        List::cell(Section::Models, self.0, 7).texts()
    }
}

/// An inference profile AWS defines: one id for a model in several Regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InferenceProfile(u32);

impl InferenceProfile {
    /// Its id: the geography's prefix, a dot, and the model's id.
    pub fn id(self) -> &'static str {
        blob::text_cell(Section::Profiles, self.0, 0)
    }

    /// Where it routes to.
    pub fn geography(self) -> Geography {
        Geography(blob::cell(Section::Profiles, self.0, 1))
    }

    /// The model it calls.
    pub fn model(self) -> Model {
        Model(blob::cell(Section::Profiles, self.0, 2))
    }

    /// Its own routes: source Region and destination Regions. Empty when only the rule of its geography is known.
    pub fn routes(
        self,
    ) -> impl Iterator<Item = (&'static str, impl ExactSizeIterator<Item = &'static str> + Clone)> {
        let routes = List::cell(Section::Profiles, self.0, 3).pairs();
        routes.map(|(source, destinations)| (blob::text(source), List::at(destinations).texts()))
    }

    /// The Regions a call from one Region may go to: by its own route, or else by the rule of its geography.
    /// `None` when it cannot be called from there as far as known, or when it may go anywhere
    /// ([`Geography::any_region`]). Routes change; say "may".
    pub fn destinations(self, source: &str) -> Option<Vec<&'static str>> {
        if let Some((_, own)) = self.routes().find(|(it, _)| it.eq_ignore_ascii_case(source)) {
            return Some(own.collect());
        }
        self.geography().destinations_from(source)
    }

    /// How sure the routes are: high when AWS lists them, lower when they follow from a rule.
    pub fn certainty(self) -> Certainty {
        Certainty::from_number(blob::cell(Section::Profiles, self.0, 4))
    }
}

/// A set of Regions that inference profiles route within.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Geography(u32);

impl Geography {
    /// The prefix of profile ids: `eu`.
    pub fn prefix(self) -> &'static str {
        blob::text_cell(Section::Geographies, self.0, 0)
    }

    /// Its name: `European Union`.
    pub fn title(self) -> &'static str {
        blob::text_cell(Section::Geographies, self.0, 1)
    }

    /// Regions a call may go to, as a rule.
    pub fn destinations(self) -> impl ExactSizeIterator<Item = &'static str> {
        List::cell(Section::Geographies, self.0, 2).texts()
    }

    /// Regions a call may come from.
    pub fn sources(self) -> impl ExactSizeIterator<Item = &'static str> {
        List::cell(Section::Geographies, self.0, 3).texts()
    }

    /// Source Regions that also serve the calls made from them, and no others.
    pub fn joining_sources(self) -> impl ExactSizeIterator<Item = &'static str> {
        List::cell(Section::Geographies, self.0, 4).texts()
    }

    /// Whether calls may go to any commercial Region. IAM then checks a model ARN without Region, and
    /// `aws:RequestedRegion` is `unspecified`.
    pub fn any_region(self) -> bool {
        blob::cell(Section::Geographies, self.0, 5) != 0
    }

    /// The Regions a call from one Region may go to, by the rule.
    pub fn destinations_from(self, source: &str) -> Option<Vec<&'static str>> {
        self.sources().find(|it| it.eq_ignore_ascii_case(source))?;
        let own = self.joining_sources().filter(|it| it.eq_ignore_ascii_case(source));
        let mut regions: Vec<&str> = self.destinations().chain(own).collect();
        regions.sort_unstable();
        regions.dedup();
        Some(regions)
    }
}
