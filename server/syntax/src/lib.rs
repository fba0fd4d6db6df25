//! JSON text to a lossless, incremental tree. Knows nothing of IAM.
