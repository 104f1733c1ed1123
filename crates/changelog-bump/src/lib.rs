//! What is the next version, and what changed?
