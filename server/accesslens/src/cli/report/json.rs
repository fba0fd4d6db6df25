//! A report as JSON, as `schemas/report-output.schema.json` describes it. Names are a promise to other programs; new
//! ones may come, old ones stay.

use chrono::NaiveDateTime;
use ide::report::{
    Absent, Cell, Condition, Danger, Document, Part, Policy, Public, Row, Section, Service, Statement,
};
use policy::access::LEVELS;
use policy::model::Effect;
use serde_json::{Map, Value, json};

pub(super) fn value(document: &Document) -> Value {
    json!({
        "title": document.title,
        "now": moment(document.now),
        "policies": document.sections.iter().map(section).collect::<Vec<_>>(),
        "catalogue": {"date": catalog::catalog().date()},
    })
}

fn section(it: &Section) -> Value {
    let Policy { kind, is_kind_assumed, net, public, dangers, rows, services, statements, findings, .. } =
        &it.policy;
    json!({
        "path": it.path,
        "line": it.line,
        "kind": kind.name(),
        "kind_assumed": is_kind_assumed,
        "access": net,
        "public": public.as_ref().map(self::public),
        "dangers": dangers.iter().map(danger).collect::<Vec<_>>(),
        "resources": rows.iter().map(row).collect::<Vec<_>>(),
        "services": services.iter().map(service).collect::<Vec<_>>(),
        "statements": statements.iter().map(statement).collect::<Vec<_>>(),
        "findings": {
            "errors": findings.errors,
            "warnings": findings.warnings,
            "others": findings.others,
        },
    })
}

fn public(it: &Public) -> Value {
    match it {
        Public::No => json!({"answer": "no"}),
        Public::Unknown(reason) => json!({"answer": "unknown", "reason": reason}),
        Public::Yes { statement, principal, action, resource } => json!({
            "answer": "yes",
            "statement": statement,
            "request": {"principal": principal, "action": action, "resource": resource},
        }),
    }
}

fn danger(it: &Danger) -> Value {
    let examples: Vec<Value> = it
        .examples
        .iter()
        .map(|it| json!({"action": it.action, "conditional": it.is_conditional, "why": it.why}))
        .collect();
    json!({
        "consequence": it.consequence.name(),
        "always": it.always,
        "conditional": it.conditional,
        "by_level": it.by_level.map_or(0, |it| it.1),
        "examples": examples,
    })
}

fn cell(it: &Cell) -> Value {
    json!({"always": it.always, "conditional": it.conditional, "denied": it.denied})
}

fn row(it: &Row) -> Value {
    let levels: Map<String, Value> =
        LEVELS.iter().zip(&it.cells).map(|(level, it)| (level.name().to_owned(), cell(it))).collect();
    json!({"label": it.label, "patterns": it.patterns, "levels": levels})
}

fn service(it: &Service) -> Value {
    let levels = LEVELS.iter().zip(&it.cells).map(|(level, (own, most))| {
        let Cell { always, conditional, denied } = own;
        let value = json!({"always": always, "conditional": conditional, "denied": denied, "of": most});
        (level.name().to_owned(), value)
    });
    json!({"name": it.name, "levels": levels.collect::<Map<_, _>>()})
}

fn statement(it: &Statement) -> Value {
    let effect = it.effect.map(|it| match it {
        Effect::Allow => "Allow",
        Effect::Deny => "Deny",
    });
    let dead = it.dead.as_ref().map(|it| {
        let why = if it.is_covered {
            "covered"
        } else if it.is_by_list {
            "by-list"
        } else {
            "never"
        };
        json!({"how": why, "reason": it.reason})
    });
    let levels: Vec<Value> = it
        .levels
        .iter()
        .map(|it| json!({"level": it.level.name(), "count": it.count, "actions": it.names}))
        .collect();
    let resources: Vec<Value> =
        it.resources.iter().map(|(label, patterns)| json!({"label": label, "patterns": patterns})).collect();
    json!({
        "name": it.name,
        "effect": effect,
        "access": it.line,
        "dead": dead,
        "levels": levels,
        "resources": resources,
        "principals": it.principals,
        "conditions": it.conditions.iter().map(condition).collect::<Vec<_>>(),
        "from": it.from.map(moment),
        "until": it.until.map(moment),
        "denied_in_cases_by": it.cut_by,
        "not_granted": it.parts.iter().map(part).collect::<Vec<_>>(),
    })
}

fn condition(it: &Condition) -> Value {
    let absent = match it.absent {
        Absent::Holds => "holds",
        Absent::Fails => "fails",
        Absent::Never => "never-absent",
        Absent::Tested => "tested",
        Absent::Unknown => "unknown",
    };
    json!({"text": it.text, "values": it.values, "absent": absent})
}

fn part(it: &Part) -> Value {
    json!({"count": it.count, "names": it.names, "reason": it.reason})
}

fn moment(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
