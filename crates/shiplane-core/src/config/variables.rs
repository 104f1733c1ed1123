//! Which variables the config names as holders of secrets.

use std::collections::BTreeSet;

use super::{Config, Sent};

impl Config {
    /// The names of all variables that a probe's headers come from.
    pub fn variables(&self) -> BTreeSet<&str> {
        let sent = self.probes.values().flat_map(|probe| probe.send.values());
        sent.filter_map(|sent| match sent {
            Sent::Plain(_) => None,
            Sent::Variable(variable) => Some(variable.env.as_str()),
        })
        .collect()
    }

    /// The names of all variables that the ways of `notify:` are held in.
    pub fn notify_variables(&self) -> BTreeSet<&str> {
        self.notify.iter().flat_map(|notice| notice.channel.variables()).collect()
    }
}
