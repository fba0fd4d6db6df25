//! How diagnostics go out: behind the answers that somebody waits for, and of each document only the latest.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::watch;
use tower_lsp::Client;
use tower_lsp::ls_types as lsp;

use crate::lsp::capabilities::ClientSupport;
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

/// Asks the client to ask again for what it shows without an edit. Of the wishes that come while it is asked one is
/// left: a client that does not answer has one request to answer, however much changes.
pub(crate) async fn refresh(client: Client, mut wish: watch::Receiver<Arc<ClientSupport>>) {
    while wish.changed().await.is_ok() {
        let support = Arc::clone(&wish.borrow_and_update());
        // A client that refuses shows what is new at the next edit.
        if support.code_lens_refresh {
            let _ = client.code_lens_refresh().await;
        }
        if support.inlay_hint_refresh {
            let _ = client.inlay_hint_refresh().await;
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

    #[tokio::test(start_paused = true)]
    async fn while_the_client_does_not_read_one_message_of_each_document_waits() {
        let (outbox, _pending) = outbox();
        let (publisher, queue) = unbounded_channel();
        tokio::spawn(publish(outbox.clone(), queue));
        outbox.leave(vec![b' '; MAX_UNREAD + 1]);
        let uris: [lsp::Uri; 2] = ["file:///a.json", "file:///b.json"].map(|it| it.parse().unwrap());
        for n in 0..1_000 {
            for uri in &uris {
                publisher.send((uri.clone(), vec![b'x'; n])).unwrap();
            }
            tokio::time::sleep(PAUSE * 2).await;
        }
        assert_eq!(outbox.n_unwritten(), MAX_UNREAD + 1);
        outbox.take_all_for_test();
        tokio::time::sleep(PAUSE * 2).await;
        assert_eq!(outbox.n_unwritten(), 2 * 999, "the latest of each");
    }
}
