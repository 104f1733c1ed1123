//! Is it well? ok, warning or rollback.
