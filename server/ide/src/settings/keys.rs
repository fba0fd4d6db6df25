//! The settings. One table is the source of the reader, of completion and hover, of
//! `schemas/config.schema.json`, of the editors' settings and of `docs/configuration.md`.

/// An object of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// The file.
    Root,
    /// `lens`
    Lens,
    /// `inlayHints`
    InlayHints,
    /// An element of `ignore`.
    Ignore,
}

/// A setting.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it does, in Markdown.
    pub docs: &'static str,
    /// What it holds.
    pub shape: Shape,
}

/// What a setting holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A text.
    Text,
    /// `true` or `false`.
    Switch {
        /// What holds when it is not set.
        default: bool,
    },
    /// The name of a pack.
    Pack,
    /// An object from globs to kinds of policies.
    Kinds,
    /// An object from names of rules to levels.
    Levels,
    /// A glob.
    Glob,
    /// Names of rules.
    Rules,
    /// 12-digit account numbers.
    Accounts,
    /// The id of an organization.
    Organization,
    /// An object of settings.
    Object(Group),
    /// A list of objects.
    List(Group),
}

const ROOT: [Key; 9] = [
    Key { name: "$schema", docs: "The JSON schema of this file.", shape: Shape::Text },
    Key {
        name: "policyKinds",
        docs: "What the policies in files are attached to, by glob: `{\"**/scp/*.json\": \"scp\"}`. A glob \
               without `/` matches file names in every folder, others match paths from the folder of the \
               configuration. Of several that match, the longest counts. Without it the kind is inferred.",
        shape: Shape::Kinds,
    },
    Key {
        name: "pack",
        docs: "What is reported, and how: `default` (each finding as its rule reports it), `strict` (with the rules \
               that are off there, and advice about what grants too much is a warning) or `aws-parity` (only what IAM Access Analyzer's policy checks report, at \
               their level). `rules` goes before it.",
        shape: Shape::Pack,
    },
    Key {
        name: "rules",
        docs: "How single rules are reported, by name: `error`, `warning`, `info`, `hint` or `off`.",
        shape: Shape::Levels,
    },
    Key {
        name: "ignore",
        docs: "Findings that are not reported: `{\"files\": \"legacy/*.json\", \"rules\": [\"missing-version\"], \
               \"reason\": \"…\"}`. In a file with comments, `// accesslens-ignore RULE: reason` says it in place.",
        shape: Shape::List(Group::Ignore),
    },
    Key {
        name: "trustedAccounts",
        docs: "The 12-digit numbers of the accounts that are yours. When it is set, a principal of any other account \
               is reported.",
        shape: Shape::Accounts,
    },
    Key {
        name: "organization",
        docs: "The id of your organization, as `o-a1b2c3d4e5`. When it is set, conditions on another organization are \
               reported.",
        shape: Shape::Organization,
    },
    Key { name: "lens", docs: "Lines above policies and statements.", shape: Shape::Object(Group::Lens) },
    Key { name: "inlayHints", docs: "Hints behind values.", shape: Shape::Object(Group::InlayHints) },
];

const LENS: [Key; 1] = [Key {
    name: "enable",
    docs: "Show above each policy and statement what it really grants.",
    shape: Shape::Switch { default: true },
}];

const INLAY_HINTS: [Key; 1] = [Key {
    name: "enable",
    docs: "Show what a wildcard, an account number or a value stands for behind it.",
    shape: Shape::Switch { default: true },
}];

const IGNORE: [Key; 4] = [
    Key { name: "files", docs: "The glob of the files, as in `policyKinds`.", shape: Shape::Glob },
    Key { name: "rules", docs: "The names of the rules that are not reported there.", shape: Shape::Rules },
    Key {
        name: "sid",
        docs: "The `Sid` of the one statement that is meant; without it, the whole files are.",
        shape: Shape::Text,
    },
    Key { name: "reason", docs: "Why, for whoever reads this next.", shape: Shape::Text },
];

impl Group {
    /// All of them, from the file inwards.
    pub const ALL: [Group; 4] = [Group::Root, Group::Lens, Group::InlayHints, Group::Ignore];

    /// What an object of this group is called.
    pub fn name(self) -> &'static str {
        match self {
            Group::Root => "settings",
            Group::Lens => "lens",
            Group::InlayHints => "inlayHints",
            Group::Ignore => "ignore",
        }
    }

    /// The group with this name.
    pub fn from_name(name: &str) -> Option<Group> {
        Group::ALL.into_iter().find(|it| it.name() == name)
    }

    /// The keys of an object of this group.
    pub fn keys(self) -> &'static [Key] {
        match self {
            Group::Root => &ROOT,
            Group::Lens => &LENS,
            Group::InlayHints => &INLAY_HINTS,
            Group::Ignore => &IGNORE,
        }
    }

    /// The key with this name.
    pub fn key(self, name: &str) -> Option<&'static Key> {
        self.keys().iter().find(|it| it.name == name)
    }
}

/// All settings with their full names, a dot for an object around them: as editors have them.
pub fn flat() -> impl Iterator<Item = (String, &'static Key)> {
    let own = ROOT.iter().filter(|it| !it.name.starts_with('$'));
    own.flat_map(|key| match key.shape {
        Shape::Object(group) => {
            group.keys().iter().map(|it| (format!("{}.{}", key.name, it.name), it)).collect()
        }
        _ => vec![(key.name.to_owned(), key)],
    })
}
