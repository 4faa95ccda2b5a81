//! Rounds over many records: one that is refused holds up no other, and nothing of it stays.
//!
//! Not here: what rounds do (scenarios).

use qudao_base::{Actor, Id, Refusal};
use qudao_packs::{partner::records::Partner, stock::round};
use qudao_tests::{Checked, Place, TestApp, require};
use serde_json::json;

const BAD: &str = "拒绝的伙伴";

#[test]
fn a_refused_record_holds_up_no_other() -> Checked {
    for place in Place::all() {
        let app = TestApp::start(place)?;
        let mut made = Vec::new();
        for name in [BAD, "正常的伙伴"] {
            let input = json!({ "name": name, "tier": "gold" });
            let input = input.as_object().cloned().unwrap_or_default();
            made.push(app.as_system("partner", None, "create", input)?);
        }
        let due: Vec<Id> = made.clone();
        let done = round::each(
            &app.kernel,
            |_| Ok(due),
            |cx, id| {
                let changed = cx.act::<Partner>(id, "update", |one| one.name.push('改'))?;
                if changed.name.starts_with(BAD) {
                    return Err(Refusal::conflict("stock.short").into());
                }
                Ok(())
            },
        );
        done.map_err(|stop| stop.to_string())?;
        let mut names = Vec::new();
        for id in made {
            let partner = app
                .kernel
                .read(&Actor::system(), |cx| cx.get::<Partner>(id));
            names.push(partner.map_err(|stop| stop.to_string())?.name);
        }
        require(names == [BAD, "正常的伙伴改"], || {
            format!("{names:?}")
        })?;
    }
    Ok(())
}
