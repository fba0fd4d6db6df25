//! `accesslens simulate`: would this call be allowed?

mod wire;

use std::io;

use policy::eval::Decision;
use serde_json::{Value, json};

use super::{Exit, batch};
use crate::workspace::Failure;

/// Say whether requests are allowed
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Answer one question a line, `{id, policies, request}`, from this file; `-` is standard input
    #[arg(long, value_name = "FILE")]
    batch: String,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let _ = args;
    let worker = || {
        let mut compiled = wire::Compiled::default();
        move |line: &[u8]| answer(line, &mut compiled).to_string()
    };
    batch::run(io::stdin().lock(), io::stdout(), worker).map_err(|it| Failure(it.to_string()))?;
    Ok(Exit::Clean)
}

fn answer(line: &[u8], compiled: &mut wire::Compiled) -> Value {
    let question: wire::Question = match serde_json::from_slice(line) {
        Ok(it) => it,
        Err(error) => return json!({"id": null, "decision": "Unknown", "error": error.to_string()}),
    };
    let stack = compiled.stack(&question.policies);
    let outcomes = stack.decide(&question.request.request());
    let decision = outcomes.decided().map_or("Unknown", Decision::name);
    json!({"id": question.id, "decision": decision})
}
