//! Who looks after a partner, for the partner itself: name, telephone and e-mail, as they are now.
//!
//! Keeps true: a partner learns these of its own channel manager and of nobody else; rows of staff stay closed to it.

use qudao_base::Result;
use qudao_kernel::Cx;
use serde_json::{Value as Json, json};

/// `partner.manager {}`: the channel manager of the caller's own partner. Answers `{name, phone, email}`, or null when there is none.
pub(super) fn manager(cx: &mut Cx<'_>, _input: Json) -> Result<Json> {
    let Some(partner) = cx.actor().organisation else {
        return Ok(Json::Null);
    };
    let rows = cx.query(
        "SELECT u.name, u.phone, u.email FROM partner p JOIN \"user\" u ON u.id = p.channel_manager_id \
         WHERE p.id = ? AND u.active = 1",
        &[partner.into()],
    )?;
    Ok(rows.first().map_or(Json::Null, |row| {
        json!({ "name": row.value(0).text(), "phone": row.value(1).text(), "email": row.value(2).text() })
    }))
}
