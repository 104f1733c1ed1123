//! Put exactly this version on that server, and prove that it is the one answering.
