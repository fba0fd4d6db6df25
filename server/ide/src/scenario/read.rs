//! A scenario file's tree to what it says.

use policy::eval::{Given, Layer};
use policy::lower;
use policy::model::Text;
use syntax::ast::{self, Member, Object, Shape as Json, Source, Value};
use syntax::{SourceFile, TextRange};

use super::keys::{Level, Shape};
use super::model::{
    Expect, FileRef, KeySpec, LayerFiles, PrincipalSpec, Problem, RequestSpec, ResourceSpec, Scenario,
};
use crate::finding::Severity;
use crate::nearest;

/// Beyond this, more syntax errors say nothing more.
const MAX_SYNTAX_ERRORS: usize = 20;

impl Scenario {
    /// Reads a scenario file. Total: what is wrong is left out and reported.
    pub fn read(file: &SourceFile) -> Scenario {
        let mut reader = Reader { out: Scenario::default() };
        for error in file.tree().errors(MAX_SYNTAX_ERRORS) {
            reader.error(error.range, error.kind.message().to_owned());
        }
        let root = ast::roots(file.tree(), Source::Text(file.text())).next();
        match root.map(|it| (it.as_object(), it.range())) {
            Some((Some(object), _)) => reader.root(&object),
            Some((None, range)) => reader
                .error(range, "A scenario file is an object with `principals` and `requests`".to_owned()),
            None => {}
        }
        reader.out
    }
}

struct Reader {
    out: Scenario,
}

impl Reader {
    fn error(&mut self, range: TextRange, message: String) {
        self.out.problems.push(Problem { range, severity: Severity::Error, message });
    }

    fn warn(&mut self, range: TextRange, message: String) {
        self.out.problems.push(Problem { range, severity: Severity::Warning, message });
    }

    fn root(&mut self, object: &Object<'_>) {
        for (key, value) in self.members(object, Level::Root) {
            match &*key.value {
                "principals" => {
                    for (name, object) in self.objects(&key, &value) {
                        let it = self.principal(name, &object);
                        self.out.principals.push(it);
                    }
                }
                "resources" => {
                    for (arn, object) in self.objects(&key, &value) {
                        let it = self.resource(arn, &object);
                        self.out.resources.push(it);
                    }
                }
                "context" => self.out.context = self.context(&key, &value),
                "unlistedKeys" => self.out.others_absent = self.unlisted(&value) == Some(true),
                "requests" => self.requests(&value),
                _ => {}
            }
        }
        if object.get("requests").is_none() {
            self.warn(start_of(object.range()), "Nothing is asked: `requests` is missing".to_owned());
        }
    }

    fn principal(&mut self, name: Text, object: &Object<'_>) -> PrincipalSpec {
        let mut out =
            PrincipalSpec { name, arn: None, extends: None, layers: Vec::new(), context: Vec::new() };
        for (key, value) in self.members(object, Level::Principal) {
            let mut layer = |layer, files| out.layers.push(LayerFiles { layer, files });
            match &*key.value {
                "arn" => out.arn = self.text(&key, &value),
                "extends" => out.extends = self.text(&key, &value),
                "identity" => layer(Layer::Identity, self.files(&key, &value)),
                "boundary" => layer(Layer::Boundary, self.files(&key, &value)),
                "session" => layer(Layer::Session, self.files(&key, &value)),
                "vpcEndpoint" => layer(Layer::VpcEndpoint, self.files(&key, &value)),
                "scps" => self.levels(&key, &value, Layer::Scp, &mut out.layers),
                "rcps" => self.levels(&key, &value, Layer::Rcp, &mut out.layers),
                "context" => out.context = self.context(&key, &value),
                _ => {}
            }
        }
        if out.arn.is_none() && out.extends.is_none() {
            self.error(out.name.range, "Say who this is: `arn` is missing".to_owned());
        }
        out
    }

    fn resource(&mut self, arn: Text, object: &Object<'_>) -> ResourceSpec {
        let mut out = ResourceSpec { arn, policy: None, account: None };
        for (key, value) in self.members(object, Level::Resource) {
            match &*key.value {
                "policy" => out.policy = self.files(&key, &value).into_iter().next(),
                "account" => {
                    out.account = self.text(&key, &value);
                    let is_account =
                        |it: &Text| it.value.len() == 12 && it.value.bytes().all(|it| it.is_ascii_digit());
                    if let Some(account) = out.account.take_if(|it| !is_account(it)) {
                        self.error(account.range, "An account has 12 digits".to_owned());
                    }
                }
                _ => {}
            }
        }
        out
    }

    fn requests(&mut self, value: &Value<'_>) {
        let Some(array) = value.as_array() else {
            self.error(value.range(), "`requests` is a list of objects".to_owned());
            return;
        };
        for element in array.elements() {
            match element.as_object() {
                Some(object) => {
                    let it = self.request(&object);
                    self.out.requests.push(it);
                }
                None => self.error(
                    element.range(),
                    "A request is an object with `as`, `action` and `resource`".to_owned(),
                ),
            }
        }
    }

    fn request(&mut self, object: &Object<'_>) -> RequestSpec {
        let range = object.range();
        let mut out = RequestSpec {
            range,
            label: start_of(range),
            name: None,
            principals: Vec::new(),
            actions: Vec::new(),
            resources: Vec::new(),
            context: Vec::new(),
            others_absent: None,
            expect: None,
        };
        for (key, value) in self.members(object, Level::Request) {
            match &*key.value {
                "name" => out.name = self.text(&key, &value),
                "as" => out.principals = self.texts(&key, &value),
                "action" => out.actions = self.texts(&key, &value),
                "resource" => out.resources = self.texts(&key, &value),
                "context" => out.context = self.context(&key, &value),
                "unlistedKeys" => out.others_absent = self.unlisted(&value),
                "expect" => out.expect = self.expect(&key, &value),
                _ => {}
            }
        }
        let label = out.name.as_ref().or(out.actions.first());
        out.label = label.map_or(out.label, |it| it.range);
        if !object.has_errors() {
            for (missing, name) in [(out.principals.is_empty(), "as"), (out.actions.is_empty(), "action")] {
                if missing && object.get(name).is_none() {
                    self.error(out.label, format!("This request has no `{name}`"));
                }
            }
        }
        out
    }

    fn expect(&mut self, key: &Text, value: &Value<'_>) -> Option<(Expect, TextRange)> {
        let text = self.text(key, value)?;
        let found = Expect::ALL.into_iter().find(|it| it.name() == &*text.value);
        if found.is_none() {
            self.error(text.range, one_of(&text.value, Expect::ALL.map(Expect::name)));
        }
        found.map(|it| (it, text.range))
    }

    fn unlisted(&mut self, value: &Value<'_>) -> Option<bool> {
        match value.as_str().map(|it| it.value().into_owned()).as_deref() {
            Some("absent") => Some(true),
            Some("unknown") => Some(false),
            other => {
                self.error(value.range(), one_of(other.unwrap_or_default(), ["unknown", "absent"]));
                None
            }
        }
    }

    fn context(&mut self, key: &Text, value: &Value<'_>) -> Vec<KeySpec> {
        let Some(object) = value.as_object() else {
            self.error(value.range(), format!("`{}` is an object of condition keys", key.value));
            return Vec::new();
        };
        let mut out: Vec<KeySpec> = Vec::new();
        for member in object.members() {
            let name = lower::text(&member.key());
            let Some(value) = member.value() else { continue };
            if catalog::catalog().condition_key(&name.value).is_none() && !is_tag(&name.value) {
                self.warn(
                    name.range,
                    format!("AWS has no condition key `{}`{}", name.value, nearest_key(&name.value)),
                );
            }
            match given(&value) {
                Some(given) => out.push(KeySpec { name, given }),
                None => self.error(
                    value.range(),
                    "A key's value is a text, a list of texts, or `null` for none".to_owned(),
                ),
            }
        }
        out
    }

    fn levels(
        &mut self,
        key: &Text,
        value: &Value<'_>,
        layer: fn(usize) -> Layer,
        out: &mut Vec<LayerFiles>,
    ) {
        let Some(array) = value.as_array() else {
            self.error(
                value.range(),
                format!("`{}` is a list with a list of files for each level, from the root down", key.value),
            );
            return;
        };
        for (n, level) in array.elements().enumerate() {
            let files = self.files(key, &level);
            out.push(LayerFiles { layer: layer(n), files });
        }
    }

    fn files(&mut self, key: &Text, value: &Value<'_>) -> Vec<FileRef> {
        self.texts(key, value).into_iter().map(|text| FileRef { text }).collect()
    }

    fn texts(&mut self, key: &Text, value: &Value<'_>) -> Vec<Text> {
        let Some(array) = value.as_array() else { return self.text(key, value).into_iter().collect() };
        array.elements().filter_map(|it| self.text(key, &it)).collect()
    }

    fn text(&mut self, key: &Text, value: &Value<'_>) -> Option<Text> {
        let text = lower::text_of(value);
        if text.is_none() && !matches!(value.shape(), Json::Broken) {
            self.error(value.range(), format!("`{}` takes a text in quotes", key.value));
        }
        text
    }

    /// The members of an object whose keys it takes; the first of a repeated one.
    fn members<'t>(&mut self, object: &Object<'t>, level: Level) -> Vec<(Text, Value<'t>)> {
        let mut out: Vec<(Text, Value<'t>)> = Vec::new();
        for member in object.members() {
            let key = lower::text(&member.key());
            let known = level.key(&key.value);
            if known.is_none() {
                let names = level.keys().iter().map(|it| it.name);
                let nearest = nearest::nearest(&key.value, names).map(|it| format!("; did you mean `{it}`?"));
                let unknown = format!("There is no key `{}` here{}", key.value, nearest.unwrap_or_default());
                self.warn(key.range, unknown);
            }
            if out.iter().any(|(it, _)| it.value == key.value) {
                self.error(key.range, format!("`{}` is written twice", key.value));
                continue;
            }
            match member.value() {
                Some(value) if known.is_some() => out.push((key, value)),
                _ => {}
            }
        }
        out
    }

    /// The objects that a value names.
    fn objects<'t>(&mut self, key: &Text, value: &Value<'t>) -> Vec<(Text, Object<'t>)> {
        let Some(object) = value.as_object() else {
            self.error(value.range(), format!("`{}` is an object of names", key.value));
            return Vec::new();
        };
        let mut out: Vec<(Text, Object<'t>)> = Vec::new();
        for member in object.members() {
            let name = lower::text(&member.key());
            if out.iter().any(|(it, _)| it.value == name.value) {
                self.error(name.range, format!("`{}` is written twice", name.value));
                continue;
            }
            match object_of(&member) {
                Some(object) => out.push((name, object)),
                None => self.error(name.range, format!("`{}` is an object", name.value)),
            }
        }
        out
    }
}

fn object_of<'t>(member: &Member<'t>) -> Option<Object<'t>> {
    member.value().and_then(|it| it.as_object())
}

/// What a request has for a key; `None` when the value is none.
fn given(value: &Value<'_>) -> Option<Given> {
    if let Some(array) = value.as_array() {
        let texts: Option<Vec<Box<str>>> = array.elements().map(|it| text(&it)).collect();
        return texts.map(Given::Many);
    }
    match value.shape() {
        Json::Null => Some(Given::Absent),
        _ => text(value).map(Given::One),
    }
}

fn text(value: &Value<'_>) -> Option<Box<str>> {
    match value.shape() {
        Json::String(it) => Some((*it.value()).into()),
        Json::Number | Json::Boolean => Some((*value.text()).into()),
        Json::Object(_) | Json::Array(_) | Json::Null | Json::Broken => None,
    }
}

/// Keys that AWS's users name: `aws:PrincipalTag/team`.
fn is_tag(name: &str) -> bool {
    name.split_once('/')
        .is_some_and(|(head, _)| catalog::catalog().condition_key(&format!("{head}/x")).is_some())
}

fn nearest_key(name: &str) -> String {
    let nearest = catalog::catalog().nearest_condition_key(name);
    nearest.map(|it| format!("; did you mean `{}`?", it.name())).unwrap_or_default()
}

fn one_of<const N: usize>(text: &str, names: [&'static str; N]) -> String {
    let all = names.map(|it| format!("`{it}`")).join(", ");
    let nearest = nearest::nearest(text, names).map(|it| format!("; did you mean `{it}`?"));
    format!("This is one of {all}{}", nearest.unwrap_or_default())
}

fn start_of(range: TextRange) -> TextRange {
    TextRange::new(range.start, range.start + 1)
}

impl Shape {
    /// Whether a value of this shape names files.
    pub fn names_files(self) -> bool {
        matches!(self, Shape::File | Shape::Files | Shape::Levels)
    }
}
