//! Typed records of the pack `product`, generated from its declarations. Do not edit: `cargo xtask gen` writes this file.

use qudao_base::{Id, Instant, Money, Percent};
use qudao_kernel::typed_records;

typed_records! {
    /// 产品 Product.
    Product = "product" {
        /// 编码 Code.
        code: String,
        /// 名称 Name.
        name: String,
        /// 英文名称 English name.
        name_en: Option<String>,
        /// 类别 Category.
        category_id: Option<Id>,
        /// 计量单位 Unit.
        unit: String,
        /// 目录价（含税） List price, tax included.
        list_price: Money,
        /// 标准成本（不含税） Standard cost, without tax.
        standard_cost: Option<Money>,
        /// 税率（%） Tax rate (%).
        tax_rate: Option<Percent>,
        /// 免税 Tax exempt.
        tax_exempt: bool,
        /// 条码 Barcode.
        barcode: Option<String>,
        /// 批次与序列号 Lots and serial numbers.
        tracking: String,
        /// 在售 On sale.
        active: bool,
        /// 说明 Description.
        description: Option<String>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 产品类别 Product category.
    ProductCategory = "product_category" {
        /// 代码 Code.
        code: String,
        /// 名称 Name.
        name: String,
        /// 英文名称 English name.
        name_en: Option<String>,
        /// 税率（%） Tax rate (%).
        tax_rate: Option<Percent>,
        /// 免税 Tax exempt.
        tax_exempt: bool,
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
