//! Typed records of the pack `crm`, generated from its declarations. Do not edit: `cargo xtask gen` writes this file.

use qudao_base::{Date, Id, Instant, Money, Percent, Quantity};
use qudao_kernel::typed_records;

typed_records! {
    /// 联系人 Contact.
    Contact = "contact" {
        /// 客户 Customer.
        customer_id: Id,
        /// 姓名 Name.
        name: String,
        /// 职务 Job title.
        job_title: Option<String>,
        /// 决策角色 Part in the decision.
        decision_role: Option<String>,
        /// 电话 Phone.
        phone: Option<String>,
        /// 邮箱 E-mail.
        email: Option<String>,
        /// 伙伴 Partner.
        partner_id: Option<Id>,
        /// 负责人 Owner.
        owner_id: Option<Id>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 客户 Customer.
    Customer = "customer" {
        /// 编号 Number.
        number: String,
        /// 客户名称 Customer name.
        name: String,
        /// 曾用名 Former names.
        former_names: Option<String>,
        /// 统一社会信用代码 Unified social credit code.
        credit_code: Option<String>,
        /// 信用代码校验不符 Credit code fails its check.
        credit_code_doubtful: Option<bool>,
        /// 行业 Industry.
        industry_id: Option<Id>,
        /// 客户等级 Level.
        level: String,
        /// 电话 Phone.
        phone: Option<String>,
        /// 邮箱 E-mail.
        email: Option<String>,
        /// 网站域名 Web domain.
        domain: Option<String>,
        /// 所在地 Location.
        division: Option<String>,
        /// 地址 Address.
        address: Option<String>,
        /// 销售归属 Sold by.
        sold_by: String,
        /// 伙伴 Partner.
        partner_id: Option<Id>,
        /// 负责人 Owner.
        owner_id: Option<Id>,
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
    /// 线索 Lead.
    Lead = "lead" {
        /// 编号 Number.
        number: String,
        /// 状态 State.
        state: String,
        /// 公司 Company.
        company: String,
        /// 联系人 Contact.
        contact_name: Option<String>,
        /// 电话 Phone.
        phone: Option<String>,
        /// 邮箱 E-mail.
        email: Option<String>,
        /// 来源 Source.
        source: String,
        /// 行业 Industry.
        industry_id: Option<Id>,
        /// 所在地 Location.
        division: Option<String>,
        /// 预计金额 Expected amount.
        amount: Option<Money>,
        /// 伙伴 Partner.
        partner_id: Option<Id>,
        /// 负责人 Owner.
        owner_id: Option<Id>,
        /// 跟进记录 Follow-up.
        comment: Option<String>,
        /// 放弃原因 Why dropped.
        drop_reason: Option<String>,
        /// 转成的客户 Became customer.
        customer_id: Option<Id>,
        /// 转成的商机 Became opportunity.
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
    /// 商机 Opportunity.
    Opportunity = "opportunity" {
        /// 编号 Number.
        number: String,
        /// 状态 State.
        state: String,
        /// 商机名称 Name.
        name: String,
        /// 客户 Customer.
        customer_id: Id,
        /// 伙伴 Partner.
        partner_id: Option<Id>,
        /// 负责人 Owner.
        owner_id: Option<Id>,
        /// 区域 Region.
        division: Option<String>,
        /// 省份 Province.
        province: Option<String>,
        /// 行业 Industry.
        industry_id: Option<Id>,
        /// 来源 Source.
        source: String,
        /// 预计金额 Expected amount.
        amount: Money,
        /// 赢率（%） Probability (%).
        probability: Option<Percent>,
        /// 加权金额 Weighted amount.
        amount_weighted: Option<Money>,
        /// 预计成交日期 Expected on.
        expected_on: Option<Date>,
        /// 结束日期 Closed on.
        closed_on: Option<Date>,
        /// 输单原因 Why lost.
        lost_reason: Option<String>,
        /// 跟进记录 Follow-up.
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
    /// 商机明细 Opportunity line.
    OpportunityLine = "opportunity_line" {
        /// 商机 Opportunity.
        opportunity_id: Id,
        /// 产品 Product.
        product_id: Id,
        /// 数量 Quantity.
        quantity: Quantity,
        /// 单价 Price.
        price: Option<Money>,
        /// 金额 Amount.
        amount: Option<Money>,
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
