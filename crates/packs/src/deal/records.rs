//! Typed records of the pack `deal`, generated from its declarations. Do not edit: `cargo xtask gen` writes this file.

use qudao_base::{Date, Id, Instant, Money, Quantity};
use qudao_kernel::typed_records;

typed_records! {
    /// 客户查重键 Customer key.
    CustomerKey = "customer_key" {
        /// 键 Key.
        key_text: String,
        /// 种类 Kind.
        kind: String,
        /// 商机报备 Deal registration.
        deal_registration_id: Option<Id>,
        /// 客户 Customer.
        customer_id: Option<Id>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 客户保护查询 Protection query.
    DealHint = "deal_hint" {
        /// 查询的客户 Customer asked for.
        customer_name: String,
        /// 答复 Answer.
        answer: String,
        /// 查询人 Asked by.
        user_id: Option<Id>,
        /// 伙伴 Partner.
        partner_id: Option<Id>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 报备产品 Registered product.
    DealLine = "deal_line" {
        /// 商机报备 Deal registration.
        deal_registration_id: Id,
        /// 产品 Product.
        product_id: Id,
        /// 数量 Quantity.
        quantity: Quantity,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 商机报备 Deal registration.
    DealRegistration = "deal_registration" {
        /// 编号 Number.
        number: String,
        /// 状态 State.
        state: String,
        /// 客户名称 Customer name.
        customer_name: String,
        /// 曾用名 Former names.
        former_names: Option<String>,
        /// 统一社会信用代码 Unified social credit code.
        credit_code: Option<String>,
        /// 信用代码校验不符 Credit code fails its check.
        credit_code_doubtful: Option<bool>,
        /// 客户联系人 Contact.
        contact_name: Option<String>,
        /// 联系电话 Contact phone.
        contact_phone: Option<String>,
        /// 联系邮箱 Contact e-mail.
        contact_email: Option<String>,
        /// 网站域名 Web domain.
        domain: Option<String>,
        /// 客户所在地 Customer's location.
        division: Option<String>,
        /// 地址 Address.
        address: Option<String>,
        /// 客户行业 Customer's industry.
        industry_id: Option<Id>,
        /// 预计金额 Expected amount.
        amount: Option<Money>,
        /// 预计成交日期 Expected on.
        expected_on: Option<Date>,
        /// 需求说明 What the customer needs.
        need: Option<String>,
        /// 伙伴 Partner.
        partner_id: Id,
        /// 报备人 Registered by.
        owner_id: Option<Id>,
        /// 查重提示 Duplicate hint.
        hint: Option<String>,
        /// 提交时间 Submitted at.
        submitted_at: Option<Instant>,
        /// 先后名次 Rank.
        rank: Option<i64>,
        /// 批准时间 Approved at.
        approved_at: Option<Instant>,
        /// 保护到期 Protected until.
        protected_until: Option<Instant>,
        /// 到期提醒时间 Reminded at.
        reminded_at: Option<Instant>,
        /// 延长天数 Days of extension.
        extension_days: Option<i64>,
        /// 已延长次数 Extensions.
        extension_count: Option<i64>,
        /// 处理意见 Comment.
        comment: Option<String>,
        /// 疑似分数 Likeness.
        match_score: Option<i64>,
        /// 疑似同一客户的证据 Evidence of likeness.
        match_evidence: Option<serde_json::Value>,
        /// 客户键 Customer key.
        customer_key: Option<String>,
        /// 信用代码键 Credit code key.
        credit_key: Option<String>,
        /// 客户 Customer.
        customer_id: Option<Id>,
        /// 商机 Opportunity.
        opportunity_id: Option<Id>,
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
