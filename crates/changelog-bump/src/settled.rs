//! Look and do, again and again, until nothing is left: how often, and what speaks against it.

use shiplane_core::fault::Fault;
use shiplane_core::foreign;

/// Another run can be faster a few times; who is always slower is in a circle.
const MOST: u32 = 5;

/// How often it was tried.
#[derive(Debug, Default)]
pub(crate) struct Rounds {
    count: u32,
    why: String,
}

impl Rounds {
    /// What did not fit.
    pub(crate) fn unfit(&mut self, message: &str) {
        message.clone_into(&mut self.why);
    }

    /// Another round, within bounds.
    pub(crate) fn next(&mut self) -> Result<(), Fault> {
        self.count += 1;
        if self.count < MOST {
            return Ok(());
        }
        let fact = format!("after {MOST} tries it is not as it should be: {}", foreign::one_line(&self.why));
        Err(Fault::could_not("not-settled", fact).help("run it again; what is done stays done"))
    }
}

/// Whether a rule of the repository refuses a push, by GitHub's words for it.
pub(crate) fn is_protected(message: &str) -> bool {
    let message = message.to_lowercase();
    let words = [
        "rule violation",
        "protected branch",
        "protected ref",
        "restricted",
        "must be made through a pull request",
    ];
    words.iter().any(|word| message.contains(word))
}

/// After a lost answer, only a look tells whether it was carried out; any other error stays one.
pub(crate) fn lost(error: anyhow::Error) -> anyhow::Result<String> {
    let fault = error.downcast_ref::<Fault>().or_else(|| error.chain().find_map(|it| it.downcast_ref()));
    match fault.filter(|fault| fault.code == "github-unavailable") {
        Some(fault) => Ok(fault.fact.clone()),
        None => Err(error),
    }
}
