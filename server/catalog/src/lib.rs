//! Facts about AWS, packed and indexed. No judgement.
