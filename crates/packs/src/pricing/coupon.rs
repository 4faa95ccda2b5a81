//! Coupons: codes that open a promotion for an order.
//!
//! Keeps true: a code that does not help says precisely why; upper and lower case are the same.
//! Not here: what the promotion gives, and counting uses (`limits`).

use qudao_base::{Date, Id, Refusal, Result};
use qudao_kernel::Cx;

use super::{
    limits::Left,
    records::{Coupon, Promotion},
};

/// What became of the code on an order.
#[derive(Clone, Debug, Default)]
pub enum Claim {
    /// No code was given.
    #[default]
    None,
    /// The coupon may be used.
    Valid(Box<Coupon>),
    /// It may not, for this reason.
    Refused(Refusal),
}

impl Claim {
    /// The coupon when it may be used.
    pub fn coupon(&self) -> Option<&Coupon> {
        match self {
            Self::Valid(coupon) => Some(coupon),
            Self::None | Self::Refused(_) => None,
        }
    }
}

/// A code as it is stored and compared.
pub fn normal(code: &str) -> String {
    code.trim().to_uppercase()
}

/// Before every save: the spelling codes are compared in, and a promotion that asks for a coupon.
pub fn prepare(cx: &mut Cx<'_>, coupon: &mut Coupon) -> Result<()> {
    coupon.code_key = Some(normal(&coupon.code));
    if coupon.promotion_id != Id::default()
        && !cx.get::<Promotion>(coupon.promotion_id)?.coupon_required
    {
        return Err(Refusal::invalid("pricing.coupon_not_needed")
            .on("promotion_id")
            .into());
    }
    Ok(())
}

/// Looks a code up and judges whether the partner may use it on the day.
pub fn claim(cx: &mut Cx<'_>, code: Option<&str>, partner: Id, day: Date) -> Result<Claim> {
    let code = code.map(normal).unwrap_or_default();
    if code.is_empty() {
        return Ok(Claim::None);
    }
    let found = cx.find::<Coupon>("code_key = ?", &[code.as_str().into()])?;
    let Some(coupon) = found.into_iter().next() else {
        let refusal = Refusal::invalid("pricing.coupon_unknown").on("coupon_code");
        return Ok(Claim::Refused(refusal.with("code", code)));
    };
    let left = Left::of(cx, &[coupon.id])?;
    Ok(match refusal(&coupon, partner, day, left.covers(&coupon)) {
        Some(refusal) => Claim::Refused(refusal.on("coupon_code").with("code", code)),
        None => Claim::Valid(Box::new(coupon)),
    })
}

/// Why a coupon may not be used: first whom it is for, so that nobody learns more of what is not theirs.
fn refusal(coupon: &Coupon, partner: Id, day: Date, has_uses: bool) -> Option<Refusal> {
    if coupon.partner_id.is_some_and(|owner| owner != partner) {
        return Some(Refusal::invalid("pricing.coupon_other_partner"));
    }
    if !coupon.active {
        return Some(Refusal::invalid("pricing.coupon_inactive"));
    }
    if let Some(from) = coupon.valid_from.filter(|from| day < *from) {
        return Some(Refusal::invalid("pricing.coupon_too_early").with("from", from));
    }
    if let Some(until) = coupon.valid_until.filter(|until| *until < day) {
        return Some(Refusal::invalid("pricing.coupon_expired").with("until", until));
    }
    (!has_uses).then(|| Refusal::conflict("pricing.coupon_used_up"))
}
