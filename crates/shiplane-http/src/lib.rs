//! Probes and notifications over reqwest.
