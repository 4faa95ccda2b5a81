# language: zh-CN
功能: 销售遵守客户保护

  背景:
    假如 有用户
      | login | roles           | organisation |
      | wang  | channel_manager |              |
      | zong  | sales_director  |              |
      | kong  | warehouse_clerk |              |
    而且 系统建立 industry @machinery
      | code    | C34       |
      | name    | 机械制造  |
      | name_en | Machinery |
    而且 系统建立 partner @first
      | name                   | 杭州澜禾工控设备有限公司 |
      | contact_name           | 李明                     |
      | phone                  | 13800000001              |
      | address                | 杭州市西湖区文三路 1 号  |
      | division               | 330106                   |
      | credit_limit           | 50000.00                 |
      | discount_limit         | 5                        |
      | territories.1.division | 330000                   |
    而且 系统建立 partner @second
      | name                   | 宁波启衡机电有限公司 |
      | contact_name           | 罗启                 |
      | phone                  | 13800000002          |
      | address                | 宁波市鄞州区海晏路 1 号 |
      | division               | 330212               |
      | credit_limit           | 50000.00             |
      | discount_limit         | 5                    |
      | territories.1.division | 330000               |
    而且 系统对 @first 执行 approve
    而且 系统对 @second 执行 approve
    而且 有用户
      | login  | roles         | organisation |
      | liming | partner_sales | @first       |
      | luoqi  | partner_sales | @second      |
    而且 系统建立 product @pump
      | code          | P1      |
      | name          | 离心泵  |
      | list_price    | 1000.00 |
      | standard_cost | 400.00  |
    而且 系统建立 site @central
      | code       | W1        |
      | name       | 中心仓    |
      | kind       | warehouse |
      | is_central | true      |
    而且 kong 建立 stock_receipt @goods
      | site_id            | @central |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 50       |
    而且 kong 对 @goods 执行 post
    而且 liming 建立 deal_registration @deal
      | customer_name      | 宁波海纳机械有限公司 |
      | contact_phone      | 0574-86820004        |
      | division           | 330206               |
      | industry_id        | @machinery           |
      | address            | 宁波市北仑区明州路 1 号 |
      | amount             | 120000.00            |
      | expected_on        | today+30             |
      | lines.1.product_id | @pump                |
      | lines.1.quantity   | 2                    |
    而且 liming 对 @deal 执行 submit
    而且 wang 对 @deal 执行 approve
    而且 liming 找到 opportunity @opportunity，条件 source == 'registration'
    而且 liming 找到 customer @customer，条件 sold_by == 'partner'

  场景: 首张订单确认，报备才成交，客户从此不会因到期而释放
    当 liming 建立 sales_order @order
      | opportunity_id     | @opportunity |
      | customer_id        | @customer    |
      | lines.1.product_id | @pump        |
      | lines.1.quantity   | 2            |
    那么 wang 看到 @deal 的 state 为 approved
    当 liming 对 @order 执行 submit
    那么 liming 看到 @order 的 state 为 confirmed
    而且 liming 看到 @deal 的 state 为 converted
    而且 liming 在 @deal 的决定中读到 "首张订单已确认"
    当 过去 91 天
    那么 wang 看到 @customer 的 partner_id 为 @first

  场景: 订单确认后又取消，报备恢复保护，到期照样释放客户
    当 liming 建立 sales_order @order
      | customer_id        | @customer |
      | lines.1.product_id | @pump     |
      | lines.1.quantity   | 1         |
    而且 liming 对 @order 执行 submit
    而且 liming 建立 sales_order @another
      | opportunity_id     | @opportunity |
      | lines.1.product_id | @pump        |
      | lines.1.quantity   | 1            |
    而且 liming 对 @another 执行 submit
    而且 liming 对 @order 执行 cancel
    那么 liming 看到 @deal 的 state 为 converted
    当 liming 对 @another 执行 cancel
    那么 liming 看到 @deal 的 state 为 approved
    而且 liming 在 @deal 的决定中读到 "报备恢复为受保护"
    当 过去 91 天
    那么 wang 看到 @deal 的 state 为 expired
    而且 wang 看到 @customer 的 sold_by 为 open

  场景: 客户改为厂商直销后，伙伴凭旧单据也不能销售
    假如 系统建立 customer @hall
      | name    | 绍兴会展中心有限公司 |
      | sold_by | open                 |
    而且 系统建立 sales_order @order
      | partner_id         | @first |
      | customer_id        | @hall  |
      | lines.1.product_id | @pump  |
      | lines.1.quantity   | 1      |
    当 系统对 @hall 执行 update
      | sold_by | direct |
    而且 liming 对 @order 执行 submit
    那么 被拒绝，代码 deal.sale_direct，字段 customer_id
    当 wang 对 @order 执行 submit
    那么 wang 看到 @order 的 state 为 confirmed

  场景: 保护到期后归了别家，原伙伴的报价和订单都卖不成，也不知道归了谁
    当 wang 建立 quotation @quote
      | opportunity_id | @opportunity |
      | valid_until    | today+200    |
    而且 wang 对 @quote 执行 send
    而且 liming 建立 sales_order @order
      | opportunity_id     | @opportunity |
      | customer_id        | @customer    |
      | lines.1.product_id | @pump        |
      | lines.1.quantity   | 2            |
    而且 过去 91 天
    而且 luoqi 建立 deal_registration @next
      | customer_name | 宁波海纳机械有限公司 |
      | contact_phone | 0574-86820004        |
      | division      | 330206               |
      | industry_id   | @machinery           |
      | amount        | 1000.00              |
      | expected_on   | today+10             |
    而且 luoqi 对 @next 执行 submit
    而且 wang 对 @next 执行 approve
    而且 liming 对 @quote 执行 accept
    那么 被拒绝，代码 deal.sale_protected
    当 liming 对 @order 执行 submit
    那么 被拒绝，代码 deal.sale_protected，字段 customer_id
    而且 liming 在 @order 的决定中读到 "客户受报备保护"
    而且 liming 在 @order 的决定、回执和答复中读不到 "启衡"

  场景: 员工代下单也不能把受保护的客户卖给别家
    当 wang 建立 sales_order @order
      | partner_id         | @second   |
      | customer_id        | @customer |
      | lines.1.product_id | @pump     |
      | lines.1.quantity   | 2         |
    而且 wang 对 @order 执行 submit
    那么 被拒绝，代码 deal.sale_protected
    当 wang 建立 sales_order @ours
      | partner_id         | @first    |
      | customer_id        | @customer |
      | lines.1.product_id | @pump     |
      | lines.1.quantity   | 2         |
    而且 wang 对 @ours 执行 submit
    那么 wang 看到 @deal 的 state 为 converted
    当 wang 对 @order 执行 submit
    那么 被拒绝，代码 deal.sale_served

  场景: 折扣待批期间客户归了别家，批准时拒绝
    当 liming 建立 sales_order @order
      | opportunity_id     | @opportunity |
      | customer_id        | @customer    |
      | lines.1.product_id | @pump        |
      | lines.1.quantity   | 2            |
    而且 wang 修改 @order
      | discount_percent | 10 |
    而且 liming 对 @order 执行 submit
    那么 liming 看到 @order 的 state 为 pending_approval
    当 过去 91 天
    而且 luoqi 建立 deal_registration @next
      | customer_name | 宁波海纳机械有限公司 |
      | contact_phone | 0574-86820004        |
      | division      | 330206               |
      | industry_id   | @machinery           |
      | amount        | 1000.00              |
      | expected_on   | today+10             |
    而且 luoqi 对 @next 执行 submit
    而且 wang 对 @next 执行 approve
    而且 zong 对 @order 执行 approve
    那么 被拒绝，代码 deal.sale_protected

  场景: 商机、客户和伙伴须相符
    假如 系统建立 customer @else
      | name       | 杭州璟曜精密机械有限公司 |
      | sold_by    | partner                  |
      | partner_id | @first                   |
    当 wang 建立 sales_order @mixed
      | partner_id         | @first       |
      | opportunity_id     | @opportunity |
      | customer_id        | @else        |
      | lines.1.product_id | @pump        |
      | lines.1.quantity   | 2            |
    而且 wang 对 @mixed 执行 submit
    那么 被拒绝，代码 deal.sale_customer，字段 customer_id
    当 wang 建立 sales_order @stolen
      | partner_id         | @second      |
      | opportunity_id     | @opportunity |
      | lines.1.product_id | @pump        |
      | lines.1.quantity   | 2            |
    而且 wang 对 @stolen 执行 submit
    那么 被拒绝，代码 deal.sale_opportunity，字段 opportunity_id
