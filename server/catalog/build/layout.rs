//! Where things are in the packed tables; shared by the build script that writes them and the crate that reads
//! them in place.
//!
//! Everything is a little-endian `u32`. The tables start with [`MAGIC`], then one `(offset, length)` pair for each
//! section, counted in words. A row has a fixed number of words, so row `i` starts at `i * width`. Text is in a
//! file of its own; a word that names a text is an index into [`Section::Texts`], and 0 is the empty text. A word
//! that names a list is an index into [`Section::Lists`], where the length stands before the elements, and 0 is
//! the empty list. Rows are sorted by name without regard to ASCII case.

/// First word of the tables: the format and its version.
pub(crate) const MAGIC: u32 = 0xACC1_0006;

/// Set on a resource type a call may leave out.
pub(crate) const OPTIONAL: u32 = 1 << 31;

/// A section of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Section {
    /// End offset of each text, after that of the text before it.
    Texts,
    /// Interned lists.
    Lists,
    /// Date of the data, number of the texts that are names of actions (they come first), ids of the global keys.
    Meta,
    /// prefix, title, first action, end of actions, first resource type, end of resource types, keys, flags
    Services,
    /// Services the catalogue has no actions for any more; shaped as [`Section::Services`].
    GoneServices,
    /// name, info, resource links (type, keys), keys, dependents (action ids)
    Actions,
    /// name, ARN formats, keys, service, weight
    Resources,
    /// name, info, service + 1 or 0, deprecated by (key + 1 or 0)
    Keys,
    /// Keys with a placeholder in their name.
    TemplateKeys,
    /// key, kind, values, by-action (action, values), formats, pattern, bounds (min, max, unit), presence, note,
    /// flags
    KeyFacts,
    /// key, text
    KeyTexts,
    /// action, text
    ActionTexts,
    /// resource type, text
    ResourceTexts,
    /// name, value type, flags, text
    Operators,
    /// service, operation, actions, actions some requests need, note
    Operations,
    /// endpoint, service
    Endpoints,
    /// old full name, successors (action ids), note, removed, still there, flags
    Tombstones,
    /// full name
    Unconfirmed,
    /// id, provider, status, legacy since, end of life, successor (model + 1 or 0), certainty, variants
    Models,
    /// id, geography, model, routes (source, list of destinations), certainty
    Profiles,
    /// prefix, title, destinations, sources, sources that join their destinations, any Region
    Geographies,
    /// name, title, text, required, one of each pair, allowed, forbidden, effects, first quota, end of quotas,
    /// name hints, principal
    Kinds,
    /// subject, limit, unit, white space, text
    Quotas,
    /// name, where, text
    Elements,
    /// id, title, DNS suffix, Region pattern, Regions, Regions with Bedrock, Regions with SageMaker, global Region
    Partitions,
    /// name, text, formats
    PrincipalTypes,
    /// principal, service + 1 or 0, note
    ServicePrincipals,
    /// words, actions
    TaskWords,
    /// what it is about (prefix, `prefix:Action` or `prefix/type`), text
    Notes,
    /// consequence, actions or patterns
    Consequences,
    /// range, title
    AddressRanges,
    /// Region, title, weight
    RegionTitles,
    /// label, detail, kind, words, statements (lists of members)
    Recipes,
    /// Keys that people write as policy variables, the most frequent first.
    CommonVariables,
    /// service, first exception, end of exceptions
    RequestFamilies,
    /// resource type, placeholder, parameters, like, unlike, ARN format, whether the value names a model
    RequestParameters,
    /// text, kind, policy, service + 1 or 0, meaning, actions
    Denials,
    /// type, issue codes
    Checks,
}

impl Section {
    /// Words in one row.
    pub(crate) const fn width(self) -> usize {
        match self {
            Section::Texts
            | Section::Lists
            | Section::Meta
            | Section::TemplateKeys
            | Section::Unconfirmed
            | Section::CommonVariables => 1,
            Section::KeyTexts
            | Section::ActionTexts
            | Section::ResourceTexts
            | Section::Endpoints
            | Section::TaskWords
            | Section::Notes
            | Section::Consequences
            | Section::AddressRanges
            | Section::Checks => 2,
            Section::Elements
            | Section::PrincipalTypes
            | Section::ServicePrincipals
            | Section::RegionTitles
            | Section::RequestFamilies => 3,
            Section::Keys | Section::Operators => 4,
            Section::Actions
            | Section::Resources
            | Section::Operations
            | Section::Profiles
            | Section::Quotas
            | Section::Recipes => 5,
            Section::Tombstones | Section::Geographies | Section::Denials => 6,
            Section::RequestParameters => 7,
            Section::Services | Section::GoneServices | Section::Models | Section::Partitions => 8,
            Section::KeyFacts => 10,
            Section::Kinds => 12,
        }
    }
}
