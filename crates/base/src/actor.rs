//! Who acts: the identity every read and write is judged by.
//!
//! Not here: how somebody proves who they are (sessions and keys live in the kernel).

use serde::{Deserialize, Serialize};

use crate::Id;

/// The language a person reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Locale {
    /// Simplified Chinese.
    #[default]
    #[serde(rename = "zh-CN")]
    Chinese,
    /// English.
    #[serde(rename = "en")]
    English,
}

/// Somebody who reads or writes, with everything a permission may ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The user; `None` for the system itself.
    pub user: Option<Id>,
    /// Names of the roles held.
    pub roles: Vec<String>,
    /// The organisation the user belongs to; `None` for the vendor's own staff.
    pub organisation: Option<Id>,
    /// The language refusals are written in.
    pub locale: Locale,
    /// The session the user speaks through; `None` for keys and for work without a screen.
    pub session: Option<Id>,
    /// May do everything, unseen by permissions. Only the kernel makes such an actor.
    pub system: bool,
}

impl Actor {
    /// The system itself.
    pub const fn system() -> Self {
        Self {
            user: None,
            roles: Vec::new(),
            organisation: None,
            locale: Locale::Chinese,
            session: None,
            system: true,
        }
    }

    /// True when the role is held (the system holds all).
    pub fn has_role(&self, role: &str) -> bool {
        self.system || self.roles.iter().any(|held| held == role)
    }
}
