//! Watches the client's process, so that no server outlives an editor that died without a word.

use std::fs;
use std::future;
use std::time::Duration;

use tokio::time::{self, Instant, Interval, MissedTickBehavior};

/// A process to watch, or none.
#[derive(Debug)]
pub(super) struct Watch {
    every: Duration,
    watched: Option<(u32, Birth, Interval)>,
}

/// When a process started, in a unit of the system's own: tells it from a later one with the same number.
type Birth = u64;

impl Watch {
    /// Watches nothing yet; later looks at its process once in `every`.
    pub(super) fn new(every: Duration) -> Self {
        Self { every, watched: None }
    }

    /// Watches process `pid` from here on.
    ///
    /// A process that cannot be seen alive is not watched: the client may live in another container.
    pub(super) fn start(&mut self, pid: u32) {
        let Some(birth) = look(pid) else { return };
        let mut interval = time::interval_at(Instant::now() + self.every, self.every);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        self.watched = Some((pid, birth, interval));
    }

    /// Completes when the watched process is gone. Nothing is lost by dropping the future.
    pub(super) async fn gone(&mut self) {
        let Some((pid, birth, interval)) = &mut self.watched else { return future::pending().await };
        loop {
            interval.tick().await;
            if look(*pid) != Some(*birth) {
                return;
            }
        }
    }
}

fn look(pid: u32) -> Option<Birth> {
    if cfg!(target_os = "linux") { look_in_proc(pid) } else { look_anywhere(pid) }
}

/// Unlike a signal, `/proc` tells a dead process that nobody has waited for from a living one.
/// Fields are those of <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>.
fn look_in_proc(pid: u32) -> Option<Birth> {
    let stat = fs::read(format!("/proc/{pid}/stat")).ok()?;
    let stat = String::from_utf8_lossy(&stat);
    // The second field is the program's name in parentheses and may hold spaces and parentheses.
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split_ascii_whitespace();
    let state = fields.next()?;
    let start = fields.nth(18)?;
    if matches!(state, "Z" | "X") { None } else { start.parse().ok() }
}

fn look_anywhere(pid: u32) -> Option<Birth> {
    process_alive::state(pid.into()).is_alive().then_some(0)
}

#[cfg(all(test, unix))]
mod tests {
    use std::process::{self, Command};

    use super::*;

    #[test]
    fn a_living_process_is_seen_and_a_missing_one_is_not() {
        for look in [look, look_anywhere] {
            assert!(look(process::id()).is_some());
            assert_eq!(look(process::id()), look(process::id()));
            // Above the largest number a process can have on any of our systems.
            assert_eq!(look(0x7fff_fff0), None);
            assert_eq!(look(u32::MAX), None);
        }
    }

    #[tokio::test]
    async fn death_is_noticed_before_the_parent_waits() {
        let mut child = Command::new("sleep").arg("60").spawn().expect("sleep");
        let mut watch = Watch::new(Duration::from_millis(5));
        watch.start(child.id());
        time::timeout(Duration::from_millis(50), watch.gone()).await.expect_err("it lives");
        child.kill().expect("killed");
        if !cfg!(target_os = "linux") {
            child.wait().expect("waited");
        }
        time::timeout(Duration::from_secs(10), watch.gone()).await.expect("it is gone");
        child.wait().expect("waited");
    }

    #[tokio::test]
    async fn a_process_never_seen_is_not_mourned() {
        let mut watch = Watch::new(Duration::from_millis(1));
        watch.start(0x7fff_fff0);
        time::timeout(Duration::from_millis(50), watch.gone()).await.expect_err("nothing is watched");
    }
}
