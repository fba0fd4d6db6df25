//! Actions: what a statement grants or denies.

use crate::blob::{self, List};
use crate::key::ConditionKey;
use crate::layout::{OPTIONAL, Section};
use crate::service::{ResourceType, Service};
use crate::{Catalog, glob};

/// The number of an action: dense, in order of service and name. Not stable between catalogues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActionId(pub u32);

impl ActionId {
    /// The number as an index, for a set of actions.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What kind of access an action gives, in the words of AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessLevel {
    /// Names and ids of resources.
    List,
    /// Contents and attributes.
    Read,
    /// Creation, change and removal.
    Write,
    /// Who may do what.
    PermissionsManagement,
    /// Tags.
    Tagging,
}

impl AccessLevel {
    const ALL: [AccessLevel; 5] = [
        AccessLevel::List,
        AccessLevel::Read,
        AccessLevel::Write,
        AccessLevel::PermissionsManagement,
        AccessLevel::Tagging,
    ];

    /// The name AWS gives it.
    pub fn name(self) -> &'static str {
        match self {
            AccessLevel::List => "List",
            AccessLevel::Read => "Read",
            AccessLevel::Write => "Write",
            AccessLevel::PermissionsManagement => "Permissions management",
            AccessLevel::Tagging => "Tagging",
        }
    }
}

/// An action of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Action(pub(crate) u32);

impl Catalog {
    /// How many actions there are; ids run from 0 to just below it.
    pub fn action_count(self) -> usize {
        blob::rows(Section::Actions) as usize
    }

    /// The action of an id.
    pub fn action(self, id: ActionId) -> Option<Action> {
        (id.0 < blob::rows(Section::Actions)).then_some(Action(id.0))
    }

    /// All actions, by id.
    pub fn actions(self) -> impl ExactSizeIterator<Item = Action> {
        (0..blob::rows(Section::Actions)).map(Action)
    }

    /// The action of a name with its prefix: `s3:GetObject`.
    pub fn find_action(self, full_name: &str) -> Option<Action> {
        let (prefix, name) = full_name.split_once(':')?;
        self.service(prefix)?.action(name)
    }

    /// The actions an element of a statement's `Action` list names, with `*` and `?` as IAM reads them, by id.
    /// `*` alone is every action; any other pattern without a colon names none.
    pub fn actions_matching(self, pattern: &str) -> impl Iterator<Item = Action> {
        let all = !pattern.is_empty() && pattern.bytes().all(|it| it == b'*');
        let (prefix, name) = if all { ("*", "*") } else { pattern.split_once(':').unwrap_or(("", "")) };
        let one = (!glob::has_wildcard(prefix)).then(|| self.service(prefix));
        let services = match one {
            Some(None) => 0..0,
            Some(Some(service)) => service.0..service.0 + 1,
            None => 0..blob::rows(Section::Services),
        };
        let least = glob::least_length(name);
        services
            .map(Service)
            .filter(move |it| one.is_some() || glob::matches(prefix, it.prefix()))
            .flat_map(Service::actions)
            .filter(move |it| it.name().len() >= least && glob::matches(name, it.name()))
    }
}

impl Action {
    fn info(self) -> u32 {
        blob::cell(Section::Actions, self.0, 1)
    }

    fn links(self) -> impl Iterator<Item = ActionResource> {
        List::cell(Section::Actions, self.0, 2).pairs().map(|(link, keys)| ActionResource { link, keys })
    }

    /// Its number.
    pub fn id(self) -> ActionId {
        ActionId(self.0)
    }

    /// Its name without prefix, as AWS spells it: `GetObject`.
    pub fn name(self) -> &'static str {
        blob::text_cell(Section::Actions, self.0, 0)
    }

    /// Its name with the prefix: `s3:GetObject`.
    pub fn full_name(self) -> String {
        format!("{}:{}", self.service().prefix(), self.name())
    }

    /// The service it belongs to.
    pub fn service(self) -> Service {
        Service(self.info() >> 16)
    }

    /// The most telling of its levels: an action that tags and writes is a tagging action.
    pub fn access_level(self) -> AccessLevel {
        let number = self.info() >> 5 & 0b111;
        AccessLevel::ALL.get(number as usize).copied().unwrap_or(AccessLevel::Write)
    }

    /// All levels AWS gives it.
    pub fn access_levels(self) -> impl Iterator<Item = AccessLevel> {
        let info = self.info();
        AccessLevel::ALL.into_iter().filter(move |level| info & 1 << *level as u32 != 0)
    }

    /// The resource types it can be granted on. They are alternatives unless
    /// [`Action::needs_all_resources`] says otherwise: AWS marks all twelve of `bedrock:InvokeModel` as required,
    /// and a call has one of them.
    pub fn resource_types(self) -> impl Iterator<Item = ResourceType> {
        self.resources().map(ActionResource::resource_type)
    }

    /// The same with what AWS says of the action on each type.
    pub fn resources(self) -> impl Iterator<Item = ActionResource> {
        self.links()
    }

    /// Whether no resource type can be named, so that only `"Resource": "*"` grants it.
    pub fn requires_wildcard_resource(self) -> bool {
        List::cell(Section::Actions, self.0, 2).is_empty()
    }

    /// Whether every call has all of its resource types but the optional ones, so that a statement has to allow
    /// each: creating an endpoint takes the endpoint and its configuration. Otherwise they are alternatives as far
    /// as anyone has checked.
    pub fn needs_all_resources(self) -> bool {
        self.info() & 1 << 9 != 0
    }

    /// Condition keys AWS lists for the action itself.
    pub fn condition_keys(self) -> impl ExactSizeIterator<Item = ConditionKey> {
        List::cell(Section::Actions, self.0, 3).map(ConditionKey)
    }

    /// Whether AWS lists a key for the action, for it with one of its resource types, or for one of those types.
    pub fn lists_key(self, key: ConditionKey) -> bool {
        let on_resource = |it: ActionResource| {
            List::at(it.keys).contains_sorted(key.0)
                || List::cell(Section::Resources, it.resource_type().0, 2).contains_sorted(key.0)
        };
        List::cell(Section::Actions, self.0, 3).contains_sorted(key.0) || self.links().any(on_resource)
    }

    /// Whether a request for the action may carry a key: one that is listed for it ([`Action::lists_key`]) or a
    /// global one. Tag keys resolve: `aws:ResourceTag/team` is `aws:ResourceTag/${TagKey}`.
    pub fn supports_key(self, name: &str) -> bool {
        let key = crate::catalog().condition_key(name);
        key.is_some_and(|key| key.is_global() || self.lists_key(key))
    }

    /// Actions a caller also needs, always or for some requests.
    pub fn dependent_actions(self) -> impl ExactSizeIterator<Item = Action> {
        List::cell(Section::Actions, self.0, 4).map(Action)
    }

    /// Whether it is a permission only: no API operation has its name. Known for actions older than July 2026.
    pub fn is_permission_only(self) -> bool {
        self.info() & 1 << 8 != 0
    }

    /// How often people write it, from 0 to 63: our own order for Bedrock, SageMaker and what they need, then how many
    /// of AWS's managed policies name it. Good for sorting, and for nothing else.
    pub fn weight(self) -> u32 {
        self.info() >> 10 & 0b11_1111
    }

    /// What it lets someone do, in one or two sentences, where one of us wrote them.
    pub fn description(self) -> Option<&'static str> {
        let row = blob::find_id(Section::ActionTexts, self.0)?;
        Some(blob::text_cell(Section::ActionTexts, row, 1))
    }

    /// The description, or a sentence made from name and access level that can be told for one: `Delete domain in
    /// Amazon SageMaker, to judge by its name; access level Write.`
    pub fn description_or_composed(self) -> String {
        self.description().map_or_else(|| crate::name::sentence(self), str::to_owned)
    }
}

/// A resource type as one action takes it.
#[derive(Clone, Copy, Debug)]
pub struct ActionResource {
    link: u32,
    keys: u32,
}

impl ActionResource {
    /// The type.
    pub fn resource_type(self) -> ResourceType {
        ResourceType(self.link & !OPTIONAL)
    }

    /// Whether a call may leave it out. Types that are not optional can still be alternatives.
    pub fn is_optional(self) -> bool {
        self.link & OPTIONAL != 0
    }

    /// Condition keys AWS lists for the action on this type only.
    pub fn condition_keys(self) -> impl ExactSizeIterator<Item = ConditionKey> {
        List::at(self.keys).map(ConditionKey)
    }
}
