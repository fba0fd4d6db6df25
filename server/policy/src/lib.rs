//! What a policy means.
