//! Typed records of the pack `partner`, generated from its declarations. Do not edit: `cargo xtask gen` writes this file.

use qudao_base::{Id, Instant, Money, Percent};
use qudao_kernel::typed_records;

typed_records! {
    /// 行业 Industry.
    Industry = "industry" {
        /// 代码 Code.
        code: String,
        /// 名称 Name.
        name: String,
        /// 英文名称 English name.
        name_en: String,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 伙伴 Partner.
    Partner = "partner" {
        /// 编号 Number.
        number: String,
        /// 状态 State.
        state: String,
        /// 名称 Name.
        name: String,
        /// 简称 Short name.
        short_name: Option<String>,
        /// 伙伴类型 Kind.
        kind: String,
        /// 等级 Tier.
        tier: String,
        /// 上级伙伴 Parent partner.
        parent_id: Option<Id>,
        /// 统一社会信用代码 Unified social credit code.
        credit_code: Option<String>,
        /// 信用代码校验不符 Credit code fails its check.
        credit_code_doubtful: Option<bool>,
        /// 联系人 Contact.
        contact_name: Option<String>,
        /// 电话 Phone.
        phone: Option<String>,
        /// 邮箱 E-mail.
        email: Option<String>,
        /// 所在地 Location.
        division: Option<String>,
        /// 地址 Address.
        address: Option<String>,
        /// 纬度 Latitude.
        latitude: Option<i64>,
        /// 经度 Longitude.
        longitude: Option<i64>,
        /// 信用额度 Credit limit.
        credit_limit: Money,
        /// 账期（天） Payment terms (days).
        payment_terms_days: i64,
        /// 手工减免上限（%） Discount limit (%).
        discount_limit: Percent,
        /// 渠道经理 Channel manager.
        channel_manager_id: Option<Id>,
        /// 备注 Comment.
        comment: Option<String>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 授权区域 Territory.
    PartnerTerritory = "partner_territory" {
        /// 伙伴 Partner.
        partner_id: Id,
        /// 行政区划 Division.
        division: Option<String>,
        /// 行业 Industry.
        industry_id: Option<Id>,
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
