//! The words for a sourcing decision: every site with why it ships or not, and every rule with what became of it.
//!
//! Keeps true: sites, stock and rules are the vendor's own business and marked so.
//! Not here: the decision itself (`sourcing`).

use qudao_kernel::Explanation;

use super::{
    sourcing::{LeftOut, Outcome, Sourcing, Tried, Verdict, Weighed},
    sourcing_rule::Mismatch,
    sourcing_split::NoSplit,
};

/// Every site with its distance and why it ships or does not, then the rules.
pub fn explanation(sourcing: &Sourcing) -> Explanation {
    let root = match sourcing.parts.len() {
        0 => Explanation::fail("没有网点备齐全部产品", "No site has everything"),
        1 => Explanation::pass("发货网点已确定", "A site ships the order"),
        count => {
            Explanation::pass("订单拆给几个网点发货", "Several sites ship the order").value(count)
        }
    };
    let rules = sourcing.rules.iter().map(rule);
    let rules = rules.fold(
        Explanation::info("寻源规则", "Sourcing rules"),
        Explanation::child,
    );
    sourcing
        .weighed
        .iter()
        .fold(root, |root, one| root.child(site(one).internal()))
        .child(rules.internal())
}

fn site(one: &Weighed) -> Explanation {
    let node = verdict(one);
    let node = match one.distance_metres {
        Some(metres) => node.value(format!("{metres} m")),
        None => node,
    };
    match &one.rule {
        Some(rule) => node.child(Explanation::info(
            format!("规则「{}」", rule.zh),
            format!("rule “{}”", rule.en),
        )),
        None => node,
    }
}

fn verdict(one: &Weighed) -> Explanation {
    let name = &one.name;
    let fail =
        |zh: &str, en: &str| Explanation::fail(format!("{name}：{zh}"), format!("{name}: {en}"));
    match &one.verdict {
        Verdict::Chosen => Explanation::pass(format!("{name}：由此发货"), format!("{name}: ships")),
        Verdict::Behind => Explanation::info(
            format!("{name}：可发货，但顺位在后"),
            format!("{name}: could ship, another goes first"),
        ),
        Verdict::LeftOut(LeftOut::Refused(reason)) => fail(
            &format!("门店已拒单（{reason}）"),
            &format!("refused by the store ({reason})"),
        ),
        Verdict::LeftOut(LeftOut::NotAccepted) => {
            fail("门店未按时接单", "not accepted by the store in time")
        }
        Verdict::NoRule => fail("没有适用的规则", "no rule is about it"),
        Verdict::TooFar(max) => fail(
            &format!("超出规则的最远距离 {max} 米"),
            &format!("farther than the {max} metres of the rule"),
        ),
        Verdict::PlaceUnknown => fail(
            "收货地或网点没有坐标，无法计算距离",
            "ship-to or site has no coordinates, distance unknown",
        ),
        Verdict::Full => fail("今日产能已满", "no capacity left today"),
        Verdict::Short(missing) => {
            missing
                .iter()
                .fold(fail("库存不足", "not enough stock"), |node, short| {
                    let figure = format!("{} / {}", short.available, short.needed);
                    node.child(Explanation::fail("可用 / 需要", "available / needed").value(figure))
                })
        }
    }
}

fn rule(tried: &Tried) -> Explanation {
    let name = &tried.rule;
    let (zh, en) = match tried.outcome {
        Outcome::Ships => {
            return Explanation::pass(
                format!("{}：由此规则确定", name.zh),
                format!("{}: decides", name.en),
            );
        }
        Outcome::Splits(count) => {
            return Explanation::pass(
                format!("{}：由此规则拆单", name.zh),
                format!("{}: splits the order", name.en),
            )
            .value(count);
        }
        Outcome::Behind => ("前面的规则已确定", "an earlier rule has decided"),
        Outcome::Mismatch(Mismatch::Channel) => ("不适用于该渠道", "for another channel"),
        Outcome::Mismatch(Mismatch::Division) => ("不适用于该收货地区", "for another division"),
        Outcome::Mismatch(Mismatch::Amount) => ("不适用于该订单金额", "for another order amount"),
        Outcome::NoSite => ("没有网点备齐", "none of its sites has everything"),
        Outcome::TooSmall => (
            "订单金额未达拆单线",
            "the order is worth too little to be split",
        ),
        Outcome::NoSplit(NoSplit::Short) => (
            "几个网点合起来也备不齐",
            "its sites do not have everything together",
        ),
        Outcome::NoSplit(NoSplit::PartTooSmall) => {
            ("拆出的一份金额过低", "a part would be worth too little")
        }
    };
    Explanation::info(format!("{}：{zh}", name.zh), format!("{}: {en}", name.en))
}
