//! Results for people.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use ide::decision;
use ide::scenario::{Case, RequestSpec};
use syntax::Encoding;

use super::Ran;

pub(super) fn write(ran: &[Ran], all: bool, out: &mut dyn Write) -> io::Result<()> {
    let bold = Style::new().bold();
    for (n, it) in ran.iter().enumerate() {
        if n > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{bold}{}{bold:#}", it.path)?;
        problems(it, out)?;
        for (idx, spec) in it.scenario.requests.iter().enumerate() {
            request(it, idx, spec, all, out)?;
        }
    }
    let cases = || ran.iter().flat_map(|it| &it.results.cases);
    let met = cases().filter(|it| it.met == Some(true)).count();
    let failed = cases().filter(|it| it.met == Some(false)).count();
    let open = cases().filter(|it| it.met.is_none()).count();
    if ran.is_empty() {
        return Ok(());
    }
    let unchecked = if open == 0 { String::new() } else { format!(", {open} without an expectation") };
    writeln!(out, "\n{bold}{met} as expected, {failed} not{unchecked}{bold:#}")
}

fn problems(ran: &Ran, out: &mut dyn Write) -> io::Result<()> {
    for it in &ran.results.problems {
        let at = ran.file.text().line_col(it.range.start, Encoding::Utf32);
        let colour = match it.severity {
            ide::Severity::Error => AnsiColor::Red,
            _ => AnsiColor::Yellow,
        };
        let colour = colour.on_default();
        writeln!(
            out,
            "  {colour}{}{colour:#} {}:{}: {}",
            it.severity.name(),
            at.line + 1,
            at.column + 1,
            it.message
        )?;
    }
    Ok(())
}

fn request(ran: &Ran, idx: usize, spec: &RequestSpec, all: bool, out: &mut dyn Write) -> io::Result<()> {
    let cases: Vec<&Case> = ran.results.of_request(idx).collect();
    let failed = cases.iter().filter(|it| it.met == Some(false)).count();
    let (mark, colour) = match spec.expect {
        None => ("·", AnsiColor::Blue),
        Some(_) if failed > 0 || cases.is_empty() => ("✗", AnsiColor::Red),
        Some(_) => ("✓", AnsiColor::Green),
    };
    let colour = colour.on_default();
    let line = ran.file.text().line_col(spec.range.start, Encoding::Utf32).line + 1;
    let name = match (&spec.name, cases.as_slice()) {
        (Some(name), _) => name.value.to_string(),
        (None, [only]) => case_name(only),
        (None, _) => format!("{} requests", cases.len()),
    };
    let expects = match spec.expect {
        Some((it, _)) => format!("expect {}", it.name()),
        None => "no expectation".to_owned(),
    };
    let counts = match (cases.len(), spec.expect) {
        (0, _) => " · nothing could be asked".to_owned(),
        (1, Some(_)) => String::new(),
        (n, Some(_)) => format!(" · {} of {n}", n - failed),
        (n, None) => format!(" · {n}"),
    };
    writeln!(out, "  {colour}{mark}{colour:#} {name} · {expects}{counts} · line {line}")?;
    for case in cases.iter().filter(|it| all || it.met != Some(true)) {
        let what = if cases.len() == 1 && spec.name.is_none() {
            String::new()
        } else {
            format!("{}: ", case_name(case))
        };
        let answer = match &case.reasons {
            Some(it) => it.line.clone(),
            None => decision::words(case.narrowed.outcomes),
        };
        writeln!(out, "      {what}{answer}")?;
    }
    Ok(())
}

/// A request in a line.
pub(super) fn case_name(case: &Case) -> String {
    match &*case.resource {
        "*" => format!("{} {}", case.principal, case.action),
        resource => format!("{} {} on {resource}", case.principal, case.action),
    }
}
