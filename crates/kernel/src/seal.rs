//! The seal: entries of the action log gathered into blocks, each block bound to the one before and signed.
//!
//! Keeps true: a block's root is the Merkle root (SHA-256) of its entries' content hashes in order of id; its hash covers
//! the block before; its Ed25519 signature covers the hash.
//! Not here: comparing rows with entries (`verify`), the proof of one decision (`receipt`), the key (`site_key`).

use std::sync::Arc;

use qudao_base::{Actor, Fault, Result};
use serde_json::{Value as Json, json};

use crate::{
    Cx, Kernel,
    action_log::sha256,
    site_key::{PublicKey, READ_PUBLIC_KEYS, public_keys},
};

const GENESIS: &str = "qudao";

impl Kernel {
    /// Seals all entries that are not in a block yet. Returns how many.
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method's path fixes one lifetime, the closure any"
    )]
    pub fn seal(self: &Arc<Self>) -> Result<i64> {
        self.write(&Actor::system(), |cx| cx.seal())
    }

    /// The head of the chain, to be kept somewhere else: `{block, hash, signature, public_key}`.
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method's path fixes one lifetime, the closure any"
    )]
    pub fn seal_head(&self) -> Result<Json> {
        self.read(&Actor::system(), |cx| cx.seal_head())
    }
}

pub(crate) fn parent(left: &str, right: &str) -> String {
    sha256(format!("{left}{right}"))
}

fn level_above(level: &[String]) -> Vec<String> {
    level
        .chunks(2)
        .map(|pair| parent(&pair[0], pair.get(1).unwrap_or(&pair[0])))
        .collect()
}

/// Merkle root; an odd leaf is paired with itself.
pub(crate) fn root(leaves: &[String]) -> String {
    let mut level = leaves.to_vec();
    while level.len() > 1 {
        level = level_above(&level);
    }
    level.pop().unwrap_or_default()
}

/// The neighbours from a leaf up to the root: `("left" | "right", hash)`.
pub(crate) fn path(leaves: &[String], mut at: usize) -> Vec<(&'static str, String)> {
    let mut level = leaves.to_vec();
    let mut steps = Vec::new();
    while level.len() > 1 {
        let neighbour = at ^ 1;
        let side = if neighbour < at { "left" } else { "right" };
        steps.push((side, level.get(neighbour).unwrap_or(&level[at]).clone()));
        level = level_above(&level);
        at /= 2;
    }
    steps
}

/// Last: how many entries, and when it was sealed in microseconds since 1970.
pub(crate) fn block_hash(
    number: i64,
    previous: &str,
    root: &str,
    (entries, at): (i64, i64),
) -> String {
    sha256(format!("{number}\n{previous}\n{root}\n{entries}\n{at}"))
}

impl Cx<'_> {
    /// Seals all entries that are not in a block yet, but for those the site did not write. Returns how many.
    pub fn seal(&mut self) -> Result<i64> {
        // One seals at a time: whoever waits here reads the head only after the other has committed.
        let lock = self.lock_clause();
        let keys = public_keys(&self.query_anew(&format!("{READ_PUBLIC_KEYS}{lock}"), &[])?)?;
        if keys
            .last()
            .is_none_or(|last| last.key != self.kernel.site.key.public())
        {
            let told = "the site's key was renewed by another process: this one has to be started anew with it";
            return Err(Fault::new(told).into());
        }
        let head = self.query(
            "SELECT id, hash FROM seal_block ORDER BY id DESC LIMIT 1",
            &[],
        )?;
        let (number, previous) = match head.first() {
            Some(row) => (row.int(0)? + 1, row.text(1)?.to_owned()),
            None => (1, GENESIS.to_owned()),
        };
        let sealed = self.execute(
            "UPDATE action_log SET block = ? WHERE block IS NULL",
            &[number.into()],
        )?;
        if sealed == 0 {
            return Ok(0);
        }
        let leaves = self.own_leaves(number)?;
        if leaves.is_empty() {
            return Ok(0);
        }
        let (root, now, entries) = (root(&leaves), self.now(), leaves.len() as i64);
        let hash = block_hash(number, &previous, &root, (entries, now.micros()));
        let signature = self.kernel.site.key.sign(&hash);
        self.execute(
            "INSERT INTO seal_block (id, previous_hash, root_hash, entries, at, hash, signature) VALUES (?, ?, ?, ?, ?, ?, ?)",
            &[
                number.into(),
                previous.into(),
                root.into(),
                entries.into(),
                now.into(),
                hash.into(),
                signature.into(),
            ],
        )?;
        Ok(entries)
    }

    /// Hashes of the entries about to be sealed; what does not carry the site's code is left out, to be found by `verify`.
    fn own_leaves(&mut self, block: i64) -> Result<Vec<String>> {
        let rows = self.query(
            "SELECT id, content_hash, code FROM action_log WHERE block = ? ORDER BY id",
            &[block.into()],
        )?;
        let mut leaves = Vec::with_capacity(rows.len());
        for row in &rows {
            let hash = row.text(1)?;
            if row.text(2)? == self.kernel.site.key.code(hash) {
                leaves.push(hash.to_owned());
                continue;
            }
            tracing::error!(
                entry = row.int(0)?,
                "a log entry was not written by this site"
            );
            self.execute(
                "UPDATE action_log SET block = NULL WHERE id = ?",
                &[row.int(0)?.into()],
            )?;
        }
        Ok(leaves)
    }

    pub(crate) fn public_keys(&mut self) -> Result<Vec<PublicKey>> {
        public_keys(&self.query_anew(READ_PUBLIC_KEYS, &[])?)
    }

    pub(crate) fn seal_head(&mut self) -> Result<Json> {
        let rows = self.query(
            "SELECT id, hash, signature FROM seal_block ORDER BY id DESC LIMIT 1",
            &[],
        )?;
        let public_key = self.kernel.site.key.public();
        let Some(row) = rows.first() else {
            return Ok(json!({ "block": 0, "public_key": public_key }));
        };
        Ok(json!({
            "block": row.int(0)?, "hash": row.text(1)?, "signature": row.text(2)?, "public_key": public_key,
        }))
    }
}

/// Hash over the hashes of an entry's decisions.
pub(crate) fn decisions_hash(hashes: &[String]) -> String {
    sha256(hashes.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_leaf_has_a_path_to_the_root() {
        for count in 1..20 {
            let leaves: Vec<String> = (0..count).map(|at| sha256(format!("{at}"))).collect();
            for at in 0..leaves.len() {
                let mut hash = leaves[at].clone();
                for (side, neighbour) in path(&leaves, at) {
                    hash = if side == "left" {
                        parent(&neighbour, &hash)
                    } else {
                        parent(&hash, &neighbour)
                    };
                }
                assert_eq!(hash, root(&leaves), "leaf {at} of {count}");
            }
        }
    }
}
