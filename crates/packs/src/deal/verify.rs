//! Invariants of registrations an administrator can check.

use qudao_base::Result;
use qudao_kernel::Cx;

const CHECKS: [(&str, &str); 5] = [
    (
        "is live twice under one customer key",
        "SELECT MIN(id) FROM deal_registration WHERE state IN ('submitted', 'approved') \
         GROUP BY customer_key HAVING COUNT(*) > 1",
    ),
    (
        "is live twice under one credit code",
        "SELECT MIN(id) FROM deal_registration WHERE state IN ('submitted', 'approved') AND credit_key IS NOT NULL \
         GROUP BY credit_key HAVING COUNT(*) > 1",
    ),
    (
        "is approved without an end of protection, a customer or an opportunity",
        "SELECT id FROM deal_registration WHERE state = 'approved' \
         AND (protected_until IS NULL OR approved_at IS NULL OR customer_id IS NULL OR opportunity_id IS NULL)",
    ),
    (
        "is approved without a recorded decision",
        "SELECT d.id FROM deal_registration d WHERE d.state IN ('approved', 'converted', 'expired') AND NOT EXISTS \
         (SELECT 1 FROM decision x WHERE x.object = 'deal_registration' AND x.record_id = d.id AND x.kind = 'deal.protection')",
    ),
    (
        "was submitted and is not filed under any key",
        "SELECT d.id FROM deal_registration d WHERE d.state IN ('submitted', 'approved') AND NOT EXISTS \
         (SELECT 1 FROM customer_key k WHERE k.deal_registration_id = d.id)",
    ),
];

/// One sentence per broken invariant.
pub(super) fn verify(cx: &mut Cx<'_>) -> Result<Vec<String>> {
    let mut broken = Vec::new();
    for (sentence, sql) in CHECKS {
        for row in cx.query(sql, &[])? {
            broken.push(format!("registration {} {sentence}", row.int(0)?));
        }
    }
    Ok(broken)
}
