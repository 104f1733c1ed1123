//! End-to-end scenarios on real parts; see `scenarios.rs`.
