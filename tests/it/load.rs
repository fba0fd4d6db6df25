//! Many documents under many edits, with requests and cancellations between them; `cargo xtask load` does more of the
//! same, and measures.

use std::path::Path;

use session::Plan;

use crate::ACCESSLENS;

#[path = "../../server/xtask/src/load/mirror.rs"]
mod mirror;
#[allow(dead_code, reason = "what it measures is for the task")]
#[path = "../../server/xtask/src/load/session.rs"]
mod session;

#[test]
fn no_edit_is_lost_and_no_diagnostics_are_late() {
    for seed in [1, 2] {
        let plan = Plan { documents: 20, edits: 1_500, seed, rate: None };
        let done =
            session::run(Path::new(ACCESSLENS), &plan).unwrap_or_else(|it| panic!("seed {seed}: {it}"));
        assert_eq!(done.n_compared, plan.edits / 50 + 3 * plan.documents, "{done:?}");
        assert!(done.n_cancelled > 0 && done.n_diagnostics >= 2 * plan.documents, "{done:?}");
    }
}
