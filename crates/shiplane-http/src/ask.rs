//! What is asked, and who can ask it.

use std::time::Duration;

use shiplane_core::smoke::{Answer, HostQuestion};

use crate::dial::Dial;
use crate::get::Get;

/// What is asked, settled and ready.
#[derive(Clone, Debug)]
pub enum Ask {
    /// An HTTP request.
    Http(Box<Get>),
    /// A connection to what speaks no HTTP.
    Dial(Dial),
    /// A question to the host itself; this crate cannot ask it.
    Host(HostQuestion),
}

/// Makes one attempt after the other.
pub trait Asker {
    /// One attempt of at most `limit`, fresh from the name look-up on.
    fn attempt(&self, limit: Duration) -> impl Future<Output = Answer>;
}

impl Ask {
    /// The request, where it is one.
    pub fn get(&self) -> Option<&Get> {
        match self {
            Self::Http(get) => Some(get),
            Self::Dial(_) | Self::Host(_) => None,
        }
    }
}
