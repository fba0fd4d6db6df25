//! One question a line in, one answer a line out, in order, by all processors.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};

/// Lines are handed to a worker together, as far as they are here already: no answer waits for a line that has not
/// come yet.
const MOST_LINES: usize = 256;

/// How many bundles may wait for each worker; a source that is faster than the workers waits.
const QUEUE: usize = 4;

/// What is read at once.
const BUFFER: usize = 1 << 20;

/// Lines, or their answers, with their place in the order.
type Bundle<T> = (usize, T);

/// Answers each line of `source` that is not blank. `worker` makes what answers on one thread, so that it can keep
/// things from line to line.
///
/// # Errors
/// When reading fails, or writing other than to a reader that has gone away.
pub(crate) fn run<W: FnMut(&[u8]) -> String>(
    source: impl Read,
    out: impl Write + Send,
    worker: impl Fn() -> W + Sync,
) -> io::Result<()> {
    let n_workers = std::thread::available_parallelism().map_or(1, |it| it.get());
    let (questions, waiting) = sync_channel(n_workers * QUEUE);
    let (answers, answered) = sync_channel(n_workers * QUEUE);
    let waiting = Mutex::new(waiting);
    std::thread::scope(|scope| {
        for _ in 0..n_workers {
            let (waiting, answers, worker) = (&waiting, answers.clone(), &worker);
            scope.spawn(move || answer(waiting, &answers, worker()));
        }
        drop(answers);
        let writer = scope.spawn(move || write(out, &answered));
        let read = read(BufReader::with_capacity(BUFFER, source), &questions);
        drop(questions);
        let written = writer.join().unwrap_or(Ok(()));
        read.and(written)
    })
}

fn read(mut source: BufReader<impl Read>, questions: &SyncSender<Bundle<Vec<Vec<u8>>>>) -> io::Result<()> {
    for n in 0.. {
        let mut lines = Vec::new();
        while lines.is_empty() || (lines.len() < MOST_LINES && source.buffer().contains(&b'\n')) {
            let mut line = Vec::new();
            if source.read_until(b'\n', &mut line)? == 0 {
                break;
            }
            if !line.trim_ascii().is_empty() {
                lines.push(line);
            }
        }
        // Workers go when the writer does: nobody reads the answers any more.
        if lines.is_empty() || questions.send((n, lines)).is_err() {
            break;
        }
    }
    Ok(())
}

fn answer(
    waiting: &Mutex<Receiver<Bundle<Vec<Vec<u8>>>>>,
    answers: &SyncSender<Bundle<String>>,
    mut work: impl FnMut(&[u8]) -> String,
) {
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((n, lines)) = next else { return };
        let mut text = String::new();
        for line in &lines {
            text.push_str(&work(line));
            text.push('\n');
        }
        if answers.send((n, text)).is_err() {
            return;
        }
    }
}

fn write(mut out: impl Write, answered: &Receiver<Bundle<String>>) -> io::Result<()> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    for (n, text) in answered {
        early.insert(n, text);
        while let Some(text) = early.remove(&next) {
            next += 1;
            match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
                other => other?,
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_come_in_the_order_of_the_lines() {
        let lines: String =
            (0..5_000).map(|n| if n % 7 == 0 { format!("{n}\n\n") } else { format!("{n}\n") }).collect();
        let mut out = Vec::new();
        run(lines.as_bytes(), &mut out, || |line: &[u8]| String::from_utf8_lossy(line).trim().to_owned())
            .unwrap();
        let expected: String = (0..5_000).map(|n| format!("{n}\n")).collect();
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn the_last_line_needs_no_end() {
        let mut out = Vec::new();
        run(&b"a\nb"[..], &mut out, || |line: &[u8]| line.len().to_string()).unwrap();
        assert_eq!(out, b"2\n1\n");
    }
}
