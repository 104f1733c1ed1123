//! Every address of a name, and not only the first that answers.

use std::net::IpAddr;

use shiplane_core::smoke::{Failure, FailureKind, Timings};

/// Which addresses of a name are asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Addresses {
    /// The first that takes a connection.
    #[default]
    First,
    /// All of them, side by side.
    Each,
}

/// All answers, the first apart; or what failed, by address.
pub(crate) fn together<T>(answers: Vec<(IpAddr, Result<T, Failure>)>) -> Result<(T, Vec<T>), Failure> {
    let count = answers.len();
    let (mut right, mut wrong) = (Vec::new(), Vec::new());
    for (address, answer) in answers {
        match answer {
            Ok(answer) => right.push(answer),
            Err(failure) => wrong.push((address, failure)),
        }
    }
    if let Some((_, first)) = wrong.first() {
        let details: Vec<String> =
            wrong.iter().map(|(address, failure)| format!("{address}: {}", failure.detail)).collect();
        let detail = format!("{} of {count} addresses: {}", wrong.len(), details.join("; "));
        return Err(Failure { reason: first.reason, detail, timings: first.timings });
    }
    let mut right = right.into_iter();
    let nobody = || Failure {
        reason: FailureKind::Dns,
        detail: "the name has no address".to_owned(),
        timings: Timings::default(),
    };
    Ok((right.next().ok_or_else(nobody)?, right.collect()))
}
