//! What stands in a policy but is no part of its language: functions of templates, and what is below keys that IAM
//! does not know.

use catalog::catalog;
use syntax::ast::{self, Source};
use syntax::{Kind, TextSize};

use super::{Hover, action, code, element, resource};
use crate::Analysis;
use crate::tokens::{self, NodeAt};

/// The explanation of a string in a policy that is at no place of the language.
pub(super) fn hover(analysis: &Analysis, at: TextSize) -> Option<Hover> {
    let file = analysis.file();
    let path = tokens::at(file.tree(), at).filter(|it| it.kind == Kind::String)?;
    let idx = analysis.policies().partition_point(|it| it.range.start <= at).checked_sub(1)?;
    let policy = analysis.policies().get(idx).filter(|it| at < it.range.end)?;
    let inside = path.nodes.iter().filter(|it| it.start > policy.range.start);
    let keys: Vec<String> = inside.filter_map(|it| key(analysis, *it)).collect();
    let source = Source::Text(file.text());
    let text = ast::value(path.element, path.range.start, source).as_str()?.value().into_owned();
    let function = keys.iter().rev().find(|it| is_function(it));
    let markdown = match function {
        Some(it) if *it == text => format!("**{}** · function of CloudFormation\n\n{}", code(it), meaning(it)),
        Some(it) => match filled(&text, it) {
            Some(known) => known,
            None => format!("**{}** · {} of CloudFormation\n\n{}", code(&text), code(it), meaning(it)),
        },
        None => {
            let strange = keys.iter().find(|it| catalog().element(it).is_none());
            return strange.and_then(|it| element::element(it, policy.kind)).map(|it| Hover {
                range: path.range,
                markdown: it,
            });
        }
    };
    Some(Hover { range: path.range, markdown })
}

/// An argument of a function that says something by itself.
fn filled(text: &str, function: &str) -> Option<String> {
    if let Some(name) = text.strip_prefix("AWS::").filter(|_| function == "Ref") {
        let says = match name {
            "AccountId" => "The account the stack is made in.",
            "Region" => "The Region the stack is made in.",
            "Partition" => "The partition of that Region: `aws`, `aws-cn`, `aws-us-gov`.",
            "URLSuffix" => "The end of host names in that partition: `amazonaws.com`.",
            "StackName" => "The name of the stack.",
            "StackId" => "The ARN of the stack.",
            "NoValue" => "Nothing: what it is the value of is left out.",
            _ => return None,
        };
        return Some(format!("**{}** · pseudo parameter of CloudFormation\n\n{says}", code(text)));
    }
    if let Some(action) = catalog().find_action(text) {
        return Some(action::one(action, None));
    }
    let fields = resource::fields(text, None)?;
    Some(format!("**{}** · {} of CloudFormation\n\n{fields}", code(text), code(function)).trim_end().to_owned())
}

/// The key of a member.
fn key(analysis: &Analysis, at: NodeAt<'_>) -> Option<String> {
    if at.node.kind() != Kind::Member {
        return None;
    }
    let (_, element) = at.node.children().next()?;
    let value = ast::value(element, at.start, Source::Text(analysis.file().text()));
    Some(value.as_str()?.value().into_owned())
}

fn is_function(key: &str) -> bool {
    key.starts_with("Fn::") || key == "Ref"
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>
fn meaning(function: &str) -> &'static str {
    match function {
        "Ref" => "The value of a parameter, or the name of a resource, of the template.",
        "Fn::Sub" => {
            "A text whose `${Name}` the template fills in; `${!Name}` stays `${Name}` and so reaches IAM as a policy \
             variable."
        }
        "Fn::GetAtt" => "An attribute of a resource of the template, such as its ARN.",
        "Fn::Join" => "A text put together from parts.",
        "Fn::If" => "One of two values, by a condition of the template.",
        "Fn::ImportValue" => "A value that another stack exports.",
        "Fn::FindInMap" => "A value from a mapping of the template.",
        "Fn::Select" => "One element of a list.",
        "Fn::Split" => "The parts of a text.",
        _ => "A value that the template computes.",
    }
}
