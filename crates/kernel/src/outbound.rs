//! The way out: messages to other systems. What carries them is given by the binary, so the kernel needs no network.
//!
//! Keeps true: nothing is sent inside a transaction: only workers have the kernel in hand.
//! Not here: which addresses may be reached (the carrier), when a message is sent again (who sends it).

use std::sync::Arc;

use crate::Kernel;

/// A message about to be sent.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Where to.
    pub url: String,
    /// Headers besides the content type, which is JSON.
    pub headers: Vec<(String, String)>,
    /// JSON.
    pub body: String,
}

/// An answer to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// HTTP status.
    pub status: u16,
    /// `Retry-After` in seconds, if told.
    pub retry_after: Option<i64>,
}

/// What carries messages.
pub trait Outbound: Send + Sync {
    /// Sends with POST and waits for the answer, not longer than a few seconds.
    ///
    /// # Errors
    /// A sentence when no answer came.
    fn post(&self, message: &Outgoing) -> Result<Answered, String>;
}

impl Kernel {
    /// Gives the kernel its way out; the first one stays.
    pub fn speak_through(&self, outbound: Arc<dyn Outbound>) {
        // A second one would be a mistake of the wiring; it changes nothing.
        let _ = self.outbound.set(outbound);
    }

    /// Sends a message.
    ///
    /// # Errors
    /// A sentence when no answer came, or when there is no way out.
    pub fn post(&self, message: &Outgoing) -> Result<Answered, String> {
        let outbound = self.outbound.get();
        let outbound = outbound.ok_or("this process sends nothing")?;
        outbound.post(message)
    }
}
