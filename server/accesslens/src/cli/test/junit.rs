//! Results as JUnit's XML: a suite for each file, a test for each request that expects something.

use std::io::{self, Write};

use ide::Severity;
use ide::decision;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use syntax::Encoding;

use super::Ran;
use super::human::case_name;

pub(super) fn write(ran: &[Ran], out: &mut dyn Write) -> io::Result<()> {
    let mut report = Report::new("accesslens");
    report.add_test_suites(ran.iter().map(suite));
    report.serialize(&mut *out).map_err(io::Error::other)?;
    writeln!(out)
}

fn suite(ran: &Ran) -> TestSuite {
    let mut suite = TestSuite::new(ran.path.clone());
    for problem in ran.results.problems.iter().filter(|it| it.severity == Severity::Error) {
        let line = ran.file.text().line_col(problem.range.start, Encoding::Utf32).line + 1;
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(problem.message.clone());
        suite.add_test_case(TestCase::new(format!("{}:{line}", ran.path), status));
    }
    for case in &ran.results.cases {
        let spec = ran.scenario.requests.get(case.request);
        let Some((spec, (expect, _))) = spec.and_then(|it| Some((it, it.expect?))) else { continue };
        let mut status = match case.met {
            Some(false) => TestCaseStatus::non_success(NonSuccessKind::Failure),
            Some(true) | None => TestCaseStatus::success(),
        };
        if case.met == Some(false) {
            let reason = case.reasons.as_ref().map(|it| it.line.clone());
            let is = decision::words(case.narrowed.outcomes);
            status.set_message(format!("expected {}, is {is}", expect.name()));
            status.set_description(reason.unwrap_or(is));
        }
        let mut test = TestCase::new(case_name(case), status);
        test.set_classname(spec.name.as_ref().map_or_else(|| ran.path.clone(), |it| it.value.to_string()));
        suite.add_test_case(test);
    }
    suite
}
