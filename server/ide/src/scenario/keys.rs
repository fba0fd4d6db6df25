//! The keys of a scenario file. One table is the source of the reader, of completion and hover, and of
//! `schemas/scenario.schema.json`.

/// An object of a scenario file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// The file.
    Root,
    /// A value of `principals`.
    Principal,
    /// A value of `resources`.
    Resource,
    /// An element of `requests`.
    Request,
}

/// A key.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it says, in Markdown.
    pub docs: &'static str,
    /// What it holds.
    pub shape: Shape,
}

/// What a key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A text.
    Text,
    /// A 12-digit account number.
    Account,
    /// A principal's ARN, a service's name, or `anonymous`.
    Arn,
    /// One file with policies.
    File,
    /// Files with policies: a path or glob, or a list of them.
    Files,
    /// Lists of files, one for each level from the root of the organization down.
    Levels,
    /// Condition keys with their values.
    Context,
    /// Names of principals, one or a list.
    Names,
    /// The name of one principal.
    Name,
    /// Actions, one or a list; patterns stand for all actions they match.
    Actions,
    /// ARNs, one or a list.
    Resources,
    /// What a request should come to.
    Expect,
    /// What keys that are not listed are.
    Unlisted,
    /// An object of names with objects of this level.
    Objects(Level),
    /// A list of objects of this level.
    List(Level),
}

const CONTEXT: Key = Key {
    name: "context",
    docs: "Condition keys with their values: `{\"aws:SourceVpc\": \"vpc-1\"}`. A list says that the key has several \
           values, `null` that the request does not have it. Keys that are not listed follow from the principal and \
           the resource, or are unknown.",
    shape: Shape::Context,
};

const UNLISTED: Key = Key {
    name: "unlistedKeys",
    docs: "What condition keys are that are neither listed nor known otherwise: `unknown` (the default; an answer that \
           hangs on them says so) or `absent`.",
    shape: Shape::Unlisted,
};

const ROOT: [Key; 6] = [
    Key { name: "$schema", docs: "The JSON schema of this file.", shape: Shape::Text },
    Key {
        name: "principals",
        docs: "Who asks, by a name that requests use in `as`.",
        shape: Shape::Objects(Level::Principal),
    },
    Key {
        name: "resources",
        docs: "Resources that have a policy or whose ARN does not tell their account, by ARN; wildcards may stand in it.",
        shape: Shape::Objects(Level::Resource),
    },
    CONTEXT,
    UNLISTED,
    Key {
        name: "requests",
        docs: "What is asked, and what is expected.",
        shape: Shape::List(Level::Request),
    },
];

const PRINCIPAL: [Key; 9] = [
    Key {
        name: "arn",
        docs: "The principal: an ARN of a user, a role, a session or the root user, the name of a service as \
               `sagemaker.amazonaws.com`, or `anonymous`. A role's ARN stands for any session of it.",
        shape: Shape::Arn,
    },
    Key {
        name: "extends",
        docs: "A principal whose policies and context this one also has. What is written here goes first.",
        shape: Shape::Name,
    },
    Key {
        name: "identity",
        docs: "Files with the policies of the user and its groups, or of the role: paths or globs from this file. \
               `file.json#/a/b` takes the policy at that JSON pointer only.",
        shape: Shape::Files,
    },
    Key { name: "boundary", docs: "The file with the permissions boundary.", shape: Shape::File },
    Key { name: "session", docs: "Files with the session policies.", shape: Shape::Files },
    Key {
        name: "scps",
        docs: "Service control policies: a list for each level, from the root of the organization down to the \
               account. Leave it out for the management account.",
        shape: Shape::Levels,
    },
    Key {
        name: "rcps",
        docs: "Resource control policies of the resource's account, a list for each level, without \
               `RCPFullAWSAccess`.",
        shape: Shape::Levels,
    },
    Key {
        name: "vpcEndpoint",
        docs: "The file with the policy of the VPC endpoint that requests take.",
        shape: Shape::File,
    },
    CONTEXT,
];

const RESOURCE: [Key; 2] = [
    Key {
        name: "policy",
        docs: "The file with the policy of the resource: a bucket policy, a key policy, a role's trust policy.",
        shape: Shape::File,
    },
    Key {
        name: "account",
        docs: "The account that owns it. An S3 bucket's ARN does not say, and without it both cases are decided.",
        shape: Shape::Account,
    },
];

const REQUEST: [Key; 7] = [
    Key { name: "name", docs: "What this is about, for reports.", shape: Shape::Text },
    Key { name: "as", docs: "Who asks: names of `principals`.", shape: Shape::Names },
    Key {
        name: "action",
        docs: "What is asked: actions; each is tried with each resource. A pattern stands for all actions it matches.",
        shape: Shape::Actions,
    },
    Key {
        name: "resource",
        docs: "On what: ARNs. Actions that take no resource are tried with `*`, and need none here.",
        shape: Shape::Resources,
    },
    CONTEXT,
    UNLISTED,
    Key {
        name: "expect",
        docs: "What each of them should come to: `allowed`, `denied` (for want of an `Allow`, or by a `Deny`), \
               `explicitly-denied` (by a `Deny`), or `depends` (on what the context leaves open). Without it the \
               answer is shown and nothing is checked.",
        shape: Shape::Expect,
    },
];

impl Level {
    /// All of them, from the file inwards.
    pub const ALL: [Level; 4] = [Level::Root, Level::Principal, Level::Resource, Level::Request];

    /// What an object of this level is called.
    pub fn name(self) -> &'static str {
        match self {
            Level::Root => "scenario",
            Level::Principal => "principal",
            Level::Resource => "resource",
            Level::Request => "request",
        }
    }

    /// The level with this name.
    pub fn from_name(name: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|it| it.name() == name)
    }

    /// The keys of an object of this level.
    pub fn keys(self) -> &'static [Key] {
        match self {
            Level::Root => &ROOT,
            Level::Principal => &PRINCIPAL,
            Level::Resource => &RESOURCE,
            Level::Request => &REQUEST,
        }
    }

    /// The key with this name.
    pub fn key(self, name: &str) -> Option<&'static Key> {
        self.keys().iter().find(|it| it.name == name)
    }
}
