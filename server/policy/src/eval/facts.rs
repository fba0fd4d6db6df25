//! What is known of a request without being told.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>

use catalog::catalog;

use super::decide::Stack;
use super::request::{Given, Owner, Request, WhoKind};
use crate::arn::Arn;
use crate::sent;

/// Keys that every request has.
const ALWAYS: [&str; 6] = [
    "aws:currenttime",
    "aws:epochtime",
    "aws:requestedregion",
    "aws:securetransport",
    "aws:useragent",
    "aws:viaawsservice",
];

impl Request {
    /// Fills in what follows from the principal, the resource and the action, where the context leaves it open: the
    /// principal's keys, the Region and account of the resource, and that keys of the service which the action does
    /// not send are absent. What was told stays. Nothing is guessed: what may be is unknown.
    pub fn with_known_facts(mut self, stack: &Stack) -> Request {
        if !self.context.is_open() {
            return self;
        }
        for (key, given) in self.of_principal() {
            self.tell(key, given);
        }
        let (region, account) = match Arn::parse(&self.resource) {
            Some(it) => (it.region.to_owned(), it.account.to_owned()),
            None => (String::new(), String::new()),
        };
        if !region.is_empty() && !region.contains(['*', '?']) {
            self.tell("aws:requestedregion", one(&region));
        }
        match &self.owner {
            Owner::Account(it) => self.tell("aws:resourceaccount", one(&it.clone())),
            _ if account.len() == 12 => self.tell("aws:resourceaccount", one(&account)),
            _ => {}
        }
        for key in ALWAYS {
            self.tell(key, Given::SomeValue);
        }
        for key in self.keys_never_sent(stack) {
            self.tell(&key, Given::Absent);
        }
        self
    }

    /// Says what a key is, unless something was told about it.
    fn tell(&mut self, key: &str, given: Given) {
        if *self.context.get(key) == Given::Unknown {
            self.context.set(key, given);
        }
    }

    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable>
    fn of_principal(&self) -> Vec<(&'static str, Given)> {
        let who = &self.who;
        let account = who.account.as_deref().map_or(Given::Absent, one);
        let name = who.text.rsplit('/').next().unwrap_or_default();
        let (arn, kind, id, user) = match who.kind {
            WhoKind::Root => (one(&who.text), "Account", account.clone(), Given::Absent),
            WhoKind::User => (one(&who.text), "User", Given::SomeValue, one(name)),
            WhoKind::Role => (one(&who.text), "AssumedRole", Given::SomeValue, Given::Absent),
            // The ARN of a session leaves out the path of its role.
            WhoKind::Session => (Given::SomeValue, "AssumedRole", Given::SomeValue, Given::Absent),
            WhoKind::FederatedUser => (one(&who.text), "FederatedUser", Given::SomeValue, Given::Absent),
            WhoKind::Anonymous => (Given::Absent, "Anonymous", one("anonymous"), Given::Absent),
            WhoKind::Service => {
                let name = ("aws:principalservicename", one(&who.text));
                return vec![
                    name,
                    ("aws:principalisawsservice", one("true")),
                    ("aws:principalarn", Given::Absent),
                ];
            }
            WhoKind::Other => return Vec::new(),
        };
        let mut out = vec![
            ("aws:principalarn", arn),
            ("aws:principalaccount", account),
            ("aws:principaltype", one(kind)),
            ("aws:userid", id),
            ("aws:username", user),
            ("aws:principalisawsservice", one("false")),
            ("aws:principalservicename", Given::Absent),
            ("aws:principalservicenameslist", Given::Absent),
        ];
        if matches!(who.kind, WhoKind::Role | WhoKind::Session | WhoKind::FederatedUser) {
            out.push(("aws:tokenissuetime", Given::SomeValue));
        }
        out
    }

    /// Keys that policies of the stack test and that requests for the action never carry.
    fn keys_never_sent(&self, stack: &Stack) -> Vec<Box<str>> {
        let Some(action) = catalog().find_action(self.action()) else { return Vec::new() };
        let never = |key: &str| {
            let key = catalog().condition_key(key);
            key.is_some_and(|it| sent::is_list_complete(it) && sent::is_never_sent(action, it))
        };
        stack.keys().into_iter().filter(|it| never(it)).collect()
    }
}

impl Stack {
    /// The condition keys that its policies name, in lower case, each once.
    pub fn keys(&self) -> Vec<Box<str>> {
        let statements = self.documents().flat_map(|(_, it)| it.statements());
        let mut out: Vec<Box<str>> = statements.flat_map(|it| it.keys()).map(Box::from).collect();
        out.sort();
        out.dedup();
        out
    }
}

fn one(text: &str) -> Given {
    Given::One(text.into())
}
