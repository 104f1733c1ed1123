//! The same question to every host that is connected.

use anyhow::Result;
use futures_util::future::try_join_all;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::look::Fleet;

impl Fleet {
    /// Asks the worker on every host something that it answers at once, all side by side.
    pub async fn ask<A: DeserializeOwned>(&self, verb: &str, question: &impl Serialize) -> Result<Vec<A>> {
        try_join_all(self.members.iter().map(async |host| host.ask(verb, question).await)).await
    }

    /// Asks every host something that it answers line by line; each line comes with the host's name.
    pub async fn listen_to(
        &self,
        verb: &str,
        question: &impl Serialize,
        on_line: impl Fn(&str, &str),
    ) -> Result<()> {
        let hear = &on_line;
        let one = async |host: &shiplane_remote::Attached| {
            host.listen_to(verb, question, |line| hear(host.name(), line)).await
        };
        try_join_all(self.members.iter().map(one)).await?;
        Ok(())
    }

    /// Says goodbye to all.
    pub async fn close(self) {
        for host in self.members {
            host.close().await;
        }
    }
}
