//! A stateful fake GitHub behind real HTTP: GraphQL and the part of REST that the tools use.
//!
//! ```no_run
//! # use shiplane_testkit::github::{Fault, FakeGitHub};
//! let github = FakeGitHub::start();
//! github.edit(|world| {
//!     let shop = world.repo("example", "shop");
//!     shop.pull(7).by("ada").from("develop", "d1").into_branch("main", "m1").approve("grace");
//!     shop.commit("d1").checks_passed(&["lint", "test"]);
//! });
//! github.next(Fault::bad_gateway());
//! ```

mod actor;
mod commit;
mod fault;
mod graphql;
mod issues;
mod log;
mod protection;
mod pull;
mod rest;
mod runs;
mod server;
mod settings;
mod workshop;
mod world;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

pub use self::actor::{Actor, ActorKind};
pub use self::commit::{ACTIONS_APP, CheckRun, Commit, Person, Status, WorkflowRun};
pub use self::fault::Fault;
pub use self::issues::{Comment, Dispatch, Issue, Teams};
pub use self::log::Request;
pub use self::protection::{Protection, RequiredCheck, Rule, RuleKind};
pub use self::pull::{ChangedFile, ForcePush, Mergeable, Pull, PullState, Review, Side, Thread};
pub use self::runs::{Deployment, Job, Run};
pub use self::settings::{Access, DeployBranches, Environment, Granted, Ruleset, Settings};
pub use self::workshop::{Attachment, TagObject, Tree, Workshop};
pub use self::world::{Branch, Compare, RateLimit, Release, Repo, World};

/// The token that is let in from the start.
pub const TOKEN: &str = "test-token";

const DOCS: &str = "https://docs.github.com/rest";

/// A running fake; it stops when this goes away.
#[derive(Debug)]
pub struct FakeGitHub {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// The world, the faults to come and the requests so far.
#[derive(Debug, Default)]
struct State {
    world: World,
    faults: fault::Faults,
    requests: Vec<Request>,
}

impl FakeGitHub {
    /// Starts an empty GitHub on a free port of this machine.
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("bind a port of 127.0.0.1");
        let address = listener.local_addr().expect("read the address of a bound port");
        let world = World { url: format!("http://{address}"), ..World::default() };
        let state = Arc::new(Mutex::new(State { world, ..State::default() }));
        let (stop, stopped) = oneshot::channel();
        let served = Arc::clone(&state);
        let thread = std::thread::spawn(move || server::serve(listener, served, stopped));
        Self { address, state, stop: Some(stop), thread: Some(thread) }
    }

    /// The REST base, for `GITHUB_API_URL`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The GraphQL address, for `GITHUB_GRAPHQL_URL`.
    pub fn graphql_url(&self) -> String {
        format!("http://{}/graphql", self.address)
    }

    /// The REST base as GitHub Enterprise Server has it.
    pub fn enterprise_url(&self) -> String {
        format!("http://{}/api/v3", self.address)
    }

    /// The GraphQL address as GitHub Enterprise Server has it, which is not below its REST base.
    pub fn enterprise_graphql_url(&self) -> String {
        format!("http://{}/api/graphql", self.address)
    }

    /// Changes the world, or reads it.
    pub fn edit<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let mut state = lock(&self.state);
        let answer = change(&mut state.world);
        state.world.settle();
        answer
    }

    /// The next request that comes, whatever it asks, meets this fault.
    pub fn next(&self, fault: Fault) {
        self.next_on("/", fault);
    }

    /// The next request whose path begins so (`/graphql`, `/repos/…`) meets this fault.
    pub fn next_on(&self, prefix: &str, fault: Fault) {
        lock(&self.state).faults.push(prefix, fault);
    }

    /// The request that comes after so many others, whatever it asks, meets this fault.
    pub fn after(&self, requests: usize, fault: Fault) {
        lock(&self.state).faults.push_after(requests, fault);
    }

    /// How many faults are still to come.
    pub fn faults_left(&self) -> usize {
        lock(&self.state).faults.left()
    }

    /// Every request so far, oldest first.
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.state).requests.clone()
    }

    /// How many requests so far had a path that begins so.
    pub fn count(&self, prefix: &str) -> usize {
        lock(&self.state).requests.iter().filter(|request| request.path.starts_with(prefix)).count()
    }

    /// Forgets the requests so far.
    pub fn forget_requests(&self) {
        lock(&self.state).requests.clear();
    }
}

impl Drop for FakeGitHub {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
            && !std::thread::panicking()
        {
            panic!("the fake GitHub's thread panicked; its words are above");
        }
    }
}

/// A panic in an `edit` is the test's own; the state is as good as before.
fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
