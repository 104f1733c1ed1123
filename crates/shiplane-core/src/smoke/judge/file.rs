//! Whether a file was written lately, and says the right thing.

use crate::report::Finding;
use crate::smoke::answer::FileSeen;
use crate::smoke::expectation::Expectation;

/// Every reason why it is not the right one; none means that it is.
pub(super) fn judge(_: &Expectation, _: &FileSeen) -> Vec<Finding> {
    vec![Finding::unknown("not-judged", "this kind of answer cannot be judged yet")]
}
