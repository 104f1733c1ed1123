//! The same question to every host that is connected.

use anyhow::Result;
use futures_util::future::try_join_all;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shiplane_core::deploy::{Question, Seen};

use crate::look::Fleet;

impl Fleet {
    /// Asks the worker on every host something that it answers at once, all side by side.
    pub async fn ask<A: DeserializeOwned>(&self, verb: &str, question: &impl Serialize) -> Result<Vec<A>> {
        try_join_all(self.members.iter().map(async |host| host.ask(verb, question).await)).await
    }

    /// Asks one host, by its place among them.
    pub async fn ask_one<A: DeserializeOwned>(
        &self,
        (at, verb): (usize, &str),
        question: &impl Serialize,
    ) -> Result<Option<A>> {
        match self.members.get(at) {
            Some(member) => member.ask(verb, question).await.map(Some),
            None => Ok(None),
        }
    }

    /// Looks at the hosts once more, over the same connections.
    pub async fn look_again(&self, question: &Question) -> Result<Vec<Seen>> {
        try_join_all(self.members.iter().map(async |member| {
            Ok(Seen { host: member.name().to_owned(), facts: member.facts(question).await? })
        }))
        .await
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
