//! Tables of what was measured, and the page that holds them.

use std::fmt::Write;

use super::rivals::Server;
use super::session::{FIGURES, FIRST_OF_MEMORY, Samples};

/// All that was measured with documents of one size.
pub(super) struct Measured {
    pub(super) n_statements: usize,
    pub(super) n_bytes: usize,
    /// For each server.
    pub(super) samples: Vec<Samples>,
}

/// The table of a size: for each server median, 99th percentile and how often, and for each rival how many times ours
/// its median is.
pub(super) fn table(measured: &Measured, servers: &[Server]) -> String {
    let title = title(measured.n_statements);
    let mut out = format!("## {title}, {} KB\n\n| |", measured.n_bytes.div_ceil(1000));
    for (idx, server) in servers.iter().enumerate() {
        let _ = write!(out, " {} |", server.name);
        if idx > 0 {
            let _ = write!(out, " {} ÷ accesslens |", server.name);
        }
    }
    out.push_str("\n|---|");
    out.push_str(&"---:|".repeat(2 * servers.len() - 1));
    out.push('\n');
    for (row, name) in FIGURES.iter().enumerate() {
        let figures = measured.samples.iter().map(|it| it.get(row).map_or(&[][..], Vec::as_slice));
        let figures: Vec<&[f64]> = figures.collect();
        if figures.iter().all(|it| it.is_empty()) {
            continue;
        }
        let unit = if row < FIRST_OF_MEMORY { "ms" } else { "MB" };
        let _ = write!(out, "| {name} |");
        let our_median = figures.first().and_then(|it| percentile(it, 50));
        for (idx, samples) in figures.iter().enumerate() {
            let median = percentile(samples, 50);
            match median.zip(percentile(samples, 99)) {
                Some((p50, p99)) => {
                    let n = samples.len();
                    let _ = write!(out, " {} / {} {unit} ({n}) |", short(p50), short(p99));
                }
                None => out.push_str(" – |"),
            }
            if idx > 0 {
                match median.zip(our_median) {
                    Some((theirs, ours)) if ours > 0.0 => {
                        let _ = write!(out, " {} |", short(theirs / ours));
                    }
                    _ => out.push_str(" – |"),
                }
            }
        }
        out.push('\n');
    }
    out
}

/// What a document is called.
pub(super) fn title(n_statements: usize) -> String {
    match n_statements {
        0 => "JSON without a policy".to_owned(),
        n => counted(n, "statement"),
    }
}

/// The page of all sizes.
pub(super) fn page(measured: &[Measured], servers: &[Server], machine: &str, rounds: usize) -> String {
    let mut out = String::from(
        "# Performance\n\n\
         <!-- Written by `cargo xtask bench --write`. -->\n\n\
         What an editor waits for, measured from outside: each server is a program on standard input and output, and \
         the client of the protocol is the same for all.\n",
    );
    let _ = writeln!(out, "{machine}\n");
    for server in servers {
        let _ = writeln!(out, "- **{}**: {}", server.name, server.what);
    }
    out.push_str(
        "\nA rival need not do the same work: VS Code's server for JSON checks the syntax and knows nothing of policies, so it \
         is what an editor costs without a server for policies.\n\n",
    );
    for it in measured {
        out.push_str(&table(it, servers));
        out.push('\n');
    }
    let _ = write!(
        out,
        "## How it is measured\n\n\
         A cell is median / 99th percentile, and in brackets how often it was measured; with fewer than a hundred times, the second is \
         the longest.\n\
         A ratio is of the medians, and above 1 where accesslens takes less.\n\
         – is what a server does not offer or did not answer.\n\n\
         The policies are made anew in each run, always the same: statements for Bedrock, SageMaker, S3 and `iam:PassRole`, with \
         Sids and conditions, in turns.\n\
         For each size there are {}, in which the servers take turns, and each time a server is started anew.\n\
         A clock starts before the first byte of a message is written, and stops when the last byte of the answer is read.\n\
         A key is one character, typed and taken away again in turns, as a range where the server takes ranges.\n\
         It is typed in the name of an action of the first, the middle or the last statement, or in white space in the middle.\n\
         Its diagnostics are asked for where the server wants to be asked; otherwise they are the first of that version, or the \
         next where a server does not say the version.\n\
         What accesslens says of a whole policy may follow in a second message, which is not waited for.\n\
         Completion, hover and hints are asked at the same actions in turns, of a document that does not change meanwhile.\n\
         JSON without a policy is the lock file of a package manager; there, keys and questions are in names of packages, and as nothing need be said of it, a clock stops at the answer to \
         a hover that is asked right behind the key.\n\
         Memory is that of the server's process, as Linux has it, once in each round.\n\n",
        counted(rounds, "round")
    );
    out.push_str("## How it grows\n\n");
    out.push_str(&growth(measured));
    out
}

/// One paragraph on what a hundred times as many statements cost; only what was measured at both sizes.
fn growth(measured: &[Measured]) -> String {
    let mut out = String::new();
    let sizes = measured
        .iter()
        .find(|it| it.n_statements == 100)
        .zip(measured.iter().max_by_key(|it| it.n_statements));
    let median = |it: &Measured, row: usize| {
        percentile(it.samples.first().and_then(|it| it.get(row)).map_or(&[][..], Vec::as_slice), 50)
    };
    if let Some((small, large)) = sizes {
        let rows = [(1, "to open a document"), (3, "for a key in the middle"), (6, "to complete an action")];
        let factors: Vec<String> = rows
            .iter()
            .filter_map(|&(row, what)| {
                let (small, large) = median(small, row).zip(median(large, row))?;
                Some(format!("{} times as long {what}", short(large / small)))
            })
            .collect();
        if !factors.is_empty() {
            let _ = writeln!(
                out,
                "From {} to {} statements, accesslens takes {}.",
                small.n_statements,
                large.n_statements,
                factors.join(", ")
            );
        }
    }
    out.push_str(
        "That the work of an edit does not grow with the policy is counted, not timed, in `server/ide/tests/edits.rs` and \
         `server/policy/tests/edits.rs`.\n",
    );
    out
}

/// By nearest rank.
fn percentile(samples: &[f64], percent: usize) -> Option<f64> {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}

/// With about three digits.
fn short(value: f64) -> String {
    match value {
        it if it < 1.0 => format!("{it:.2}"),
        it if it < 100.0 => format!("{it:.1}"),
        it => format!("{it:.0}"),
    }
}

fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::{Measured, Server, growth, percentile, table};
    use crate::bench::session::Samples;

    #[test]
    fn percentiles_are_measured_values() {
        assert_eq!(percentile(&[], 50), None);
        assert_eq!(percentile(&[3.0], 99), Some(3.0));
        let samples: Vec<f64> = (1..=200).rev().map(f64::from).collect();
        assert_eq!((percentile(&samples, 50), percentile(&samples, 99)), (Some(100.0), Some(198.0)));
    }

    #[test]
    fn a_table_has_ratios_and_gaps() {
        let server = |name: &str| Server { name: name.to_owned(), command: Vec::new(), what: String::new() };
        let mut samples = [Samples::default(), Samples::default()];
        samples[0][0] = vec![2.0, 4.0, 3.0];
        samples[1][0] = vec![300.0];
        samples[0][8] = vec![0.25];
        let measured = Measured { n_statements: 1, n_bytes: 400, samples: samples.into() };
        let text = table(&measured, &[server("accesslens"), server("other")]);
        let rows: Vec<&str> = text.lines().skip(4).collect();
        assert_eq!(
            rows,
            [
                "| start, to the answer to `initialize` | 3.0 / 4.0 ms (3) | 300 / 300 ms (1) | 100 |",
                "| code lenses of the document | 0.25 / 0.25 ms (1) | – | – |",
            ]
        );
    }

    #[test]
    fn growth_leaves_out_what_was_not_measured() {
        let sized = |n_statements, opened: &[f64]| {
            let mut samples = Samples::default();
            samples[1] = opened.to_vec();
            Measured { n_statements, n_bytes: 400, samples: vec![samples] }
        };
        let text = growth(&[sized(100, &[2.0]), sized(10_000, &[300.0])]);
        let first = text.lines().next();
        assert_eq!(
            first,
            Some("From 100 to 10000 statements, accesslens takes 150 times as long to open a document.")
        );
        let nothing = growth(&[sized(100, &[2.0]), sized(10_000, &[])]);
        assert!(nothing.starts_with("That the work of an edit"), "{nothing}");
    }
}
