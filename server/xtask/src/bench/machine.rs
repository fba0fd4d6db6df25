//! What a figure was measured on, and when.

use std::time::{SystemTime, UNIX_EPOCH};

/// Date, processor, system and what else kept the machine busy, one sentence per line.
pub(super) fn describe() -> String {
    let days = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_secs() / 86_400);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    let processor = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let system = field("/proc/sys/kernel/osrelease", "").unwrap_or_default();
    let mut out = format!(
        "Measured on {}, on {cores} cores of {processor}, {arch}, {}.",
        date(days),
        format!("{os} {system}").trim_end()
    );
    if let Some(load) = load() {
        let share = match load > 0.5 {
            true => "The machine was shared with other work",
            false => "Little else ran on the machine",
        };
        out.push_str(&format!("\n{share}: its load was {load} as the run began."));
    }
    out
}

/// The value of a field of a file of Linux, or its first line where the name is empty.
fn field(path: &str, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    let line = text.lines().find(|it| it.starts_with(name))?;
    let value = if name.is_empty() { line } else { line.split_once(':')?.1 };
    Some(value.trim().to_owned())
}

/// How many programs wanted to run, on average over the last minute.
fn load() -> Option<f64> {
    field("/proc/loadavg", "")?.split(' ').next()?.parse().ok()
}

/// The day that is so many days after 1 January 1970.
fn date(mut days: u64) -> String {
    let mut year = 1970;
    let is_leap =
        |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let mut month = 1;
    for length in [31, 28 + u64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    format!("{year}-{month:02}-{:02}", days + 1)
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn days_have_dates() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(11_016), "2000-02-29");
        assert_eq!(date(20_453), "2025-12-31");
        assert_eq!(date(20_454), "2026-01-01");
    }
}
