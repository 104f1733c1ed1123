//! The worker: carries out a plan on the host, with lock, journal and undo.
