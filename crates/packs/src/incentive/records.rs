//! Typed records of the pack `incentive`, generated from its declarations. Do not edit: `cargo xtask gen` writes this file.

use qudao_base::{Date, Id, Instant, Money, Percent};
use qudao_kernel::typed_records;

typed_records! {
    /// 佣金 Commission.
    CommissionEntry = "commission_entry" {
        /// 编号 Number.
        number: String,
        /// 状态 State.
        state: String,
        /// 伙伴 Partner.
        partner_id: Id,
        /// 收款 Receipt.
        receipt_id: Option<Id>,
        /// 核销记录 Allocation.
        receipt_allocation_id: Option<Id>,
        /// 订单 Sales order.
        sales_order_id: Id,
        /// 产品类别 Category.
        category_id: Option<Id>,
        /// 政策 Rule.
        commission_rule_id: Option<Id>,
        /// 类型 Kind.
        kind: String,
        /// 回款基数 Cash counted.
        base_amount: Money,
        /// 比例（%） Per cent.
        percent: Percent,
        /// 金额 Amount.
        amount: Money,
        /// 计提日期 Earned on.
        earned_on: Date,
        /// 奖励轮次 Bonus round.
        bonus_round: Option<i64>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 佣金政策 Commission rule.
    CommissionRule = "commission_rule" {
        /// 名称 Name.
        name: String,
        /// 产品类别 Product category.
        category_id: Option<Id>,
        /// 伙伴等级 Partner tier.
        tier: Option<String>,
        /// 回款比例（%） Per cent of cash received.
        percent: Percent,
        /// 首单奖励 First-order bonus.
        first_order_bonus: Money,
        /// 开始日期 Valid from.
        valid_from: Option<Date>,
        /// 结束日期 Valid until.
        valid_until: Option<Date>,
        /// 启用 Active.
        active: bool,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
}
