//! Typed records of the pack `channel`, generated from its declarations. Do not edit: `cargo xtask gen` writes this file.

use qudao_base::{Id, Instant};
use qudao_kernel::typed_records;

typed_records! {
    /// 渠道商品 Channel product.
    ChannelProduct = "channel_product" {
        /// 渠道 Channel.
        channel_id: Id,
        /// 渠道商品编码 Code in the channel.
        sku: String,
        /// 产品 Product.
        product_id: Id,
        /// 上架 On sale.
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
    /// 销售渠道 Sales channel.
    SalesChannel = "sales_channel" {
        /// 代码 Code.
        code: String,
        /// 名称 Name.
        name: String,
        /// 英文名称 English name.
        name_en: String,
        /// 类型 Kind.
        kind: String,
        /// 销售主体 Sells as.
        partner_id: Option<Id>,
        /// 发货网点 Ships from.
        site_id: Option<Id>,
        /// 为买家建客户档案 Buyers become customers.
        keeps_customers: bool,
        /// 启用 Active.
        active: bool,
        /// 推送地址 Push address.
        push_url: Option<String>,
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
}
