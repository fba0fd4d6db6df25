//! How diagnostics go out: behind the answers that somebody waits for, and of each document only the latest.

use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tower_lsp::ls_types as lsp;

use crate::lsp::serve::Outbox;

/// While the client has more than this many bytes to read, diagnostics wait, and newer ones take their place.
const MAX_UNREAD: usize = 1 << 20;
const PAUSE: Duration = Duration::from_millis(2);

/// How many pauses diagnostics wait at most for answers that somebody waits for.
const MOST_HELD: usize = 100;

/// Sends diagnostics, of each document only the latest when the client is slow to take them. They go behind the
/// answers that somebody waits for between two keys: of a large document they are megabytes, and a client that reads
/// them first shows its list of completions late.
pub(crate) async fn publish(outbox: Outbox, mut queue: UnboundedReceiver<(lsp::Uri, Vec<u8>)>) {
    while let Some((uri, message)) = queue.recv().await {
        let mut waiting = vec![(uri, message)];
        let mut n_held = 0;
        loop {
            while let Ok((uri, message)) = queue.try_recv() {
                waiting.retain(|(it, _)| *it != uri);
                waiting.push((uri, message));
            }
            let is_held = n_held < MOST_HELD && outbox.owes_urgent();
            if !is_held && outbox.n_unwritten() <= MAX_UNREAD {
                break;
            }
            n_held += usize::from(is_held);
            tokio::time::sleep(PAUSE).await;
        }
        for (_, message) in waiting {
            outbox.leave(message);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::unbounded_channel;

    use super::*;
    use crate::lsp::serve::outbox;

    // The clock of these tests goes on only while nothing else can.
    #[tokio::test(start_paused = true)]
    async fn diagnostics_go_behind_an_answer_that_is_owed() {
        let (outbox, _pending) = outbox();
        let (publisher, queue) = unbounded_channel();
        tokio::spawn(publish(outbox.clone(), queue));
        let owed = outbox.owe_urgent();
        let uri: lsp::Uri = "file:///policy.json".parse().unwrap();
        for message in ["first", "the second"] {
            publisher.send((uri.clone(), message.as_bytes().to_vec())).unwrap();
        }
        tokio::time::sleep(PAUSE * 10).await;
        assert_eq!(outbox.n_unwritten(), 0, "nothing goes out before the answer");
        drop(owed);
        tokio::time::sleep(PAUSE * 10).await;
        assert_eq!(outbox.n_unwritten(), "the second".len(), "and only the latest behind it");
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_does_not_come_holds_nothing_up_for_ever() {
        let (outbox, _pending) = outbox();
        let (publisher, queue) = unbounded_channel();
        tokio::spawn(publish(outbox.clone(), queue));
        let _owed = outbox.owe_urgent();
        publisher.send(("file:///policy.json".parse().unwrap(), b"late".to_vec())).unwrap();
        tokio::time::sleep(PAUSE * 200).await;
        assert_eq!(outbox.n_unwritten(), 4);
    }
}
