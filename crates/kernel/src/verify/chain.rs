//! The chain of sealed blocks.

use qudao_base::Result;
use serde_json::{Value as Json, json};

use super::Report;
use crate::{
    Cx, seal,
    site_key::{signature_holds, signer},
};

/// Every block against its entries, the block before and the key that signed then.
pub(super) fn check(cx: &mut Cx<'_>, head: Option<&Json>, report: &mut Report) -> Result<()> {
    let keys = cx.public_keys()?;
    let blocks = cx.query(
        "SELECT id, previous_hash, root_hash, entries, hash, signature, at FROM seal_block ORDER BY id",
        &[],
    )?;
    let mut previous: Option<String> = None;
    let mut head_found = head.is_none();
    for (at, row) in blocks.iter().enumerate() {
        let number = row.int(0)?;
        report.blocks += 1;
        let leaves = cx.query(
            "SELECT content_hash FROM action_log WHERE block = ? ORDER BY id",
            &[number.into()],
        )?;
        let leaves: Vec<String> = leaves
            .iter()
            .map(|leaf| leaf.text(0).map(ToOwned::to_owned))
            .collect::<Result<_>>()?;
        let root = seal::root(&leaves);
        let hash = seal::block_hash(
            number,
            row.text(1)?,
            &root,
            (leaves.len() as i64, row.int(6)?),
        );
        let as_stored = row.text(2)? == root && row.int(3)? == leaves.len() as i64;
        let linked = previous
            .as_deref()
            .is_none_or(|previous| row.value(1).text() == Some(previous));
        if number != at as i64 + 1 || !linked || !as_stored || hash != row.text(4)? {
            report.broken(format!(
                "block {number} does not fit its entries or the block before"
            ));
        }
        if !signature_holds(signer(&keys, number), row.text(4)?, row.text(5)?) {
            report.broken(format!("the signature of block {number} does not fit"));
        }
        head_found |= head.is_some_and(|head| {
            head["block"] == json!(number) && head["hash"] == json!(row.text(4).unwrap_or_default())
        });
        previous = Some(row.text(4)?.to_owned());
    }
    if !head_found {
        report.broken(
            "the chain does not reach the head that was kept: newest blocks are missing or rewritten",
        );
    }
    let lost = cx.query(
        "SELECT COUNT(*) FROM action_log WHERE block IS NOT NULL AND block NOT IN (SELECT id FROM seal_block)",
        &[],
    )?;
    if lost.first().map_or(Ok(0), |row| row.int(0))? > 0 {
        report.broken("log entries name a block that does not exist");
    }
    Ok(())
}
