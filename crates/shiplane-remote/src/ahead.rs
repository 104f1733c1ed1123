//! The next channel, opened while a command runs, so that the next command waits for one round trip and not for two.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use russh::Channel;
use russh::client::Msg;

/// Older ones are not used: a host may close channels on which nothing happens (ChannelTimeout in sshd_config(5)).
const FRESH: Duration = Duration::from_secs(30);

/// Room for one channel that nobody uses yet.
#[derive(Default)]
pub(crate) struct Ahead(Mutex<State>);

#[derive(Default)]
enum State {
    #[default]
    Empty,
    Opening,
    Ready(Channel<Msg>, Instant),
    /// The host allows no second channel beside one in use (MaxSessions); it is not asked again.
    Refused,
}

impl Ahead {
    /// True for the one who shall open it.
    pub(crate) fn begin(&self) -> bool {
        let mut state = self.state();
        let is_empty = matches!(*state, State::Empty);
        if is_empty {
            *state = State::Opening;
        }
        is_empty
    }

    /// What came of it; `None` leaves it to the next one.
    pub(crate) fn end(&self, channel: Option<Channel<Msg>>) {
        *self.state() = channel.map_or(State::Empty, |channel| State::Ready(channel, Instant::now()));
    }

    pub(crate) fn refused(&self) {
        *self.state() = State::Refused;
    }

    /// The channel, if there is one, and whether it is fresh enough to be used.
    pub(crate) fn take(&self) -> Option<(Channel<Msg>, bool)> {
        let mut state = self.state();
        match std::mem::take(&mut *state) {
            State::Ready(channel, since) => Some((channel, since.elapsed() < FRESH)),
            other @ (State::Empty | State::Opening | State::Refused) => {
                *state = other;
                None
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
