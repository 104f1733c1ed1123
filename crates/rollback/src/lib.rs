//! Go back to a version that was good, whatever is broken.
