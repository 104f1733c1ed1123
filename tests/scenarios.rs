//! The one test binary of the end-to-end scenarios.
