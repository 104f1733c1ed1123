//! The pull request that the tests ask about, and a client whose waiting takes no time.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use shiplane_core::fault::Fault;
use shiplane_core::gate::Facts;
use shiplane_core::secret::Secret;
use shiplane_github::{Client, PullRequestId};
use shiplane_testkit::github::{FakeGitHub, TOKEN};

/// A pull request that is fine: two approvals, two checks.
pub(crate) fn shop() -> FakeGitHub {
    let github = FakeGitHub::start();
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        let pull = shop.pull(7).title("Add login").by("ada");
        pull.from("feature/login", "d1").into_branch("develop", "m1").approve("grace").approve("linus");
        shop.commit("d1").checks_passed(&["lint", "test"]);
    });
    github
}

pub(crate) fn seven() -> PullRequestId {
    PullRequestId::new("example/shop", 7).unwrap()
}

/// How long was waited, in seconds.
pub(crate) type Waits = Arc<Mutex<Vec<f64>>>;

/// A client that notes its waits, and does something at each.
pub(crate) fn client_that(
    github: &FakeGitHub,
    at_each_wait: impl Fn() + Send + Sync + 'static,
) -> (Client, Waits) {
    let waits: Waits = Arc::default();
    let noted = Arc::clone(&waits);
    let sleeper = move |wait: Duration| -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
        noted.lock().unwrap().push(wait.as_secs_f64());
        at_each_wait();
        Box::pin(std::future::ready(()))
    };
    let client = Client::new(&github.url(), &github.graphql_url(), &Secret::new(TOKEN)).unwrap();
    (client.with_sleeper(Arc::new(sleeper)), waits)
}

pub(crate) fn client(github: &FakeGitHub) -> (Client, Waits) {
    client_that(github, || {})
}

pub(crate) async fn facts(github: &FakeGitHub) -> Facts {
    client(github).0.gate_facts(&seven(), None).await.unwrap()
}

/// The fault that ended it, and every word that a person could see of it.
pub(crate) async fn fault(client: &Client) -> (Fault, String) {
    let error = client.gate_facts(&seven(), None).await.unwrap_err();
    let fault = error.chain().find_map(|cause| cause.downcast_ref::<Fault>()).expect("a fault").clone();
    let words = format!("{error:#} {error:?} {fault:?} {client:?}");
    assert!(!words.contains(TOKEN), "{words}");
    (fault, words)
}
