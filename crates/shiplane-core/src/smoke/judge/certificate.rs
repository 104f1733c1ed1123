//! Whether a certificate is good for long enough.

use crate::report::Finding;
use crate::smoke::answer::Certificate;
use crate::smoke::expectation::Expectation;

/// The reason why not. A certificate that nobody saw is no good one.
pub(super) fn judge(expectation: &Expectation, certificate: Option<&Certificate>) -> Option<Finding> {
    let wanted = expectation.certificate_days?;
    let Some(certificate) = certificate else {
        let fact =
            format!("no certificate was seen that can be read, expected one that is good for {wanted} days");
        return Some(
            Finding::unknown("certificate-unknown", fact).help("check that the address is https to its end"),
        );
    };
    let left = certificate.days_left();
    // Exactly that many days are enough.
    if left >= i64::from(wanted) {
        return None;
    }
    let fact = match left {
        ..0 => format!("the certificate has ended, expected at least {wanted} days more"),
        0 => format!("the certificate ends within a day, expected at least {wanted} days"),
        1.. => format!("the certificate ends in {left} days, expected at least {wanted}"),
    };
    Some(
        Finding::fail("certificate-ends", fact)
            .help("renew it, and look at why that did not happen by itself"),
    )
}
