//! Addresses packs bring along, for other systems that speak their own way: under `/api/v1` like everything else.
//!
//! Keeps true: an endpoint runs outside of any transaction and opens its own; what it reads and writes passes the kernel's paths.
//! Not here: HTTP itself.

use std::{collections::HashMap, sync::Arc};

use qudao_base::{Actor, Refusal, RefusalClass, Result};
use serde_json::Value as Json;

use crate::{Kernel, signature::Signed};

/// What was asked of an endpoint.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Who asks; nobody when neither session nor key was sent.
    pub actor: Option<&'a Actor>,
    /// `Idempotency-Key`, if sent.
    pub key: Option<&'a str>,
    /// The one variable part of the path.
    pub place: &'a str,
    /// Parameters behind the path.
    pub parameters: &'a HashMap<String, String>,
    /// The signature, if the message has one.
    pub signed: Option<Signed<'a>>,
    /// Body as it came.
    pub body: &'a [u8],
}

impl Asked<'_> {
    /// Who asks.
    ///
    /// # Errors
    /// Unauthenticated.
    pub fn known_actor(&self) -> Result<&Actor> {
        self.actor
            .ok_or_else(|| Refusal::new(RefusalClass::Unauthenticated, "session.missing").into())
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// `body.malformed`.
    pub fn json(&self) -> Result<Json> {
        serde_json::from_slice(self.body).map_err(|error| {
            Refusal::malformed("body.malformed")
                .with("reason", error)
                .into()
        })
    }
}

/// What an endpoint does.
pub type EndpointBody = fn(&Arc<Kernel>, &Asked<'_>) -> Result<Json>;

/// An address of a pack.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint {
    /// True: it is asked with GET and changes nothing people see; false: POST.
    pub reads: bool,
    /// Path below `/api/v1` with one variable part, such as `/shelves/{code}/books`.
    pub path: &'static str,
    /// The object and the right on it that somebody signed in must hold; who sends signed messages has no rights but what the
    /// endpoint itself does.
    pub needs: (&'static str, &'static str),
    /// One line for the document of the API.
    pub summary: &'static str,
    /// What it does.
    pub body: EndpointBody,
}

impl Kernel {
    /// Refuses who does not hold what an endpoint needs.
    pub fn admit(&self, endpoint: &Endpoint, actor: &Actor) -> Result<()> {
        let (object, right) = endpoint.needs;
        let model = self.model(object)?;
        let access = self.access(&model, actor);
        if access.may(right) {
            Ok(())
        } else {
            Err(access.refusal(right))
        }
    }

    /// Addresses of packs.
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.registry.endpoints
    }
}
