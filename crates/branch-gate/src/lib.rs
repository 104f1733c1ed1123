//! May this branch be promoted?
