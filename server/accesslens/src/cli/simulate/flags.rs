//! A question from flags, or from a file that holds one.

use std::path::{Path, PathBuf};

use ide::scenario::{self, Files, Layered};
use policy::eval::{Context, Given, Layer, Owner, Request};

use super::wire;
use crate::policy_files::PolicyFiles;
use crate::workspace::{Failure, reason};

#[derive(Debug, clap::Args)]
pub(super) struct Flags {
    /// A file with the question as JSON, `{"policies", "request"}`, in place of the flags; `-` is standard input
    #[arg(value_name = "QUESTION", conflicts_with_all = ["principal", "action"])]
    question: Option<PathBuf>,
    /// Who asks: an ARN, the name of a service, or `anonymous`
    #[arg(long = "as", value_name = "PRINCIPAL", required_unless_present_any = ["question", "batch"])]
    principal: Option<String>,
    /// What is asked, as bedrock:InvokeModel
    #[arg(long, value_name = "ACTION", required_unless_present_any = ["question", "batch"])]
    action: Option<String>,
    /// On what: an ARN; `*` for actions without a resource
    #[arg(long, value_name = "ARN", default_value = "*")]
    resource: String,
    /// The account that owns the resource, where its ARN does not say
    #[arg(long, value_name = "ACCOUNT")]
    resource_account: Option<String>,
    /// A condition key: KEY=VALUE, KEY=[A,B] for several values, KEY! when the request does not have it
    #[arg(long = "context", value_name = "KEY=VALUE")]
    context: Vec<String>,
    /// Take all condition keys that are not given for absent, rather than unknown
    #[arg(long)]
    no_other_keys: bool,
    /// Policies of the user and its groups, or of the role: files or globs
    #[arg(long, value_name = "PATH")]
    identity: Vec<String>,
    /// The permissions boundary
    #[arg(long, value_name = "FILE")]
    boundary: Option<String>,
    /// Session policies
    #[arg(long, value_name = "PATH")]
    session: Vec<String>,
    /// Service control policies of one level; give it again for each level, the root's first
    #[arg(long, value_name = "PATH")]
    scp: Vec<String>,
    /// Resource control policies of one level; give it again for each level, the root's first
    #[arg(long, value_name = "PATH")]
    rcp: Vec<String>,
    /// The policy of the resource: of a bucket, a key, or a role's trust
    #[arg(long, value_name = "FILE")]
    resource_policy: Option<String>,
    /// The policy of the VPC endpoint
    #[arg(long, value_name = "FILE")]
    vpc_endpoint: Option<String>,
}

impl Flags {
    /// The policies and the request.
    pub(super) fn read(&self) -> Result<(Layered, Request), Failure> {
        if let Some(path) = &self.question {
            return question(path);
        }
        let (principal, action) =
            (self.principal.as_deref().unwrap_or_default(), self.action.as_deref().unwrap_or_default());
        if !action.contains(':') {
            return Err(Failure(format!(
                "{action} is no action; it is a service and a name, as bedrock:InvokeModel"
            )));
        }
        let mut keys = Vec::new();
        for it in &self.context {
            keys.push(key(it)?);
        }
        let context = if self.no_other_keys { Context::closed(keys) } else { Context::open(keys) };
        let owner = match &self.resource_account {
            Some(it) => Owner::Account(it.as_str().into()),
            None => scenario::owner(&self.resource),
        };
        Ok((self.layered()?, Request::new(principal, action, &self.resource, owner, context)))
    }

    fn layered(&self) -> Result<Layered, Failure> {
        let base = Path::new(".");
        let files = PolicyFiles::new(base, base, None, &|_| None);
        let mut out = Layered::default();
        let one = |it: &Option<String>| it.iter().cloned().collect::<Vec<_>>();
        let mut layers = vec![
            (Layer::Identity, self.identity.clone()),
            (Layer::Boundary, one(&self.boundary)),
            (Layer::Session, self.session.clone()),
            (Layer::Resource, one(&self.resource_policy)),
            (Layer::VpcEndpoint, one(&self.vpc_endpoint)),
        ];
        layers.extend(self.scp.iter().enumerate().map(|(n, it)| (Layer::Scp(n), vec![it.clone()])));
        layers.extend(self.rcp.iter().enumerate().map(|(n, it)| (Layer::Rcp(n), vec![it.clone()])));
        for (layer, paths) in layers {
            for path in paths {
                for file in files.find(&path).map_err(|it| Failure(in_a_command(&it)))? {
                    if file.analysis.policies().is_empty() {
                        return Err(Failure(format!("{} holds no policy; name a file with one", file.path)));
                    }
                    (0..file.analysis.policies().len()).for_each(|n| out.add(layer, &file, n));
                }
            }
        }
        Ok(out)
    }
}

/// What is said of a path in a scenario, as it is said on the command line.
fn in_a_command(said: &str) -> String {
    let said = said.replace("paths count from the folder of this file", "check the path");
    let mut letters = said.chars();
    letters.next().map(|it| it.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn key(text: &str) -> Result<(String, Given), Failure> {
    if let Some(name) = text.strip_suffix('!') {
        return Ok((name.to_owned(), Given::Absent));
    }
    let Some((name, value)) = text.split_once('=') else {
        return Err(Failure(format!(
            "--context {text} has no value; write KEY=VALUE, or KEY! when there is none"
        )));
    };
    let list = value.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let given = match list {
        Some(list) => {
            Given::Many(list.split(',').map(str::trim).filter(|it| !it.is_empty()).map(Box::from).collect())
        }
        None => Given::One(value.into()),
    };
    Ok((name.to_owned(), given))
}

fn question(path: &Path) -> Result<(Layered, Request), Failure> {
    let shown = path.display();
    let text = if path == Path::new("-") {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(path)
    };
    let text = text.map_err(|it| Failure(format!("cannot read {shown}: {}", reason(&it))))?;
    let question: wire::Question = serde_json::from_str(&text).map_err(|it| {
        Failure(format!("{shown} is no question: {it}; it is an object with `policies` and `request`"))
    })?;
    let stack = wire::Compiled::default().stack(&question.policies);
    Ok((Layered::unplaced(stack), question.request.request()))
}
