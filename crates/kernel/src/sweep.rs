//! Sweeps away what the kernel keeps for a while only.
//!
//! Keeps true: an idempotency key answers for seven days; nothing that proves anything is swept.

use qudao_base::Result;

use crate::Cx;

const KEEP_SECONDS: i64 = 7 * 86_400;

/// Deletes idempotency keys, links and attempts to sign in older than seven days, and sessions that are over.
pub(crate) fn sweep(cx: &mut Cx<'_>) -> Result<()> {
    let old = cx.now().plus_seconds(-KEEP_SECONDS);
    for sql in [
        "DELETE FROM idempotency WHERE at < ?",
        "DELETE FROM sign_in_link WHERE expires_at < ?",
        "DELETE FROM sign_in_link WHERE used_at < ?",
        "DELETE FROM sign_in_attempt WHERE at < ?",
        "DELETE FROM session WHERE expires_at < ?",
        "DELETE FROM signing_secret WHERE expires_at < ?",
    ] {
        cx.execute(sql, &[old.into()])?;
    }
    Ok(())
}
