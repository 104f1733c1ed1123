//! Every decision of Shiplane, as pure functions.
