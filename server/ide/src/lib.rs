//! What an editor or a command line asks.
