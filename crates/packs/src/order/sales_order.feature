# language: zh-CN
功能: 销售订单

  背景:
    假如 有用户
      | login | roles           | organisation |
      | wang  | channel_manager |              |
      | cai   | finance_clerk   |              |
      | kong    | warehouse_clerk |              |
      | dian  | store_clerk     |              |
      | zong  | sales_director  |              |
    而且 系统建立 partner @yunfan
      | name                   | 杭州云帆科技有限公司 |
      | tier                   | gold                 |
      | credit_limit           | 50000.00             |
      | payment_terms_days     | 30                   |
      | discount_limit         | 5                    |
      | contact_name           | 李明                 |
      | phone                  | 13800000001          |
      | division               | 330106               |
      | address                | 杭州市西湖区文三路 1 号 |
      | territories.1.division | 330000               |
    而且 系统对 @yunfan 执行 approve
    而且 有用户
      | login | roles         | organisation |
      | liming    | partner_sales | @yunfan      |
      | lao   | partner_owner | @yunfan      |
    而且 系统建立 product_category @pumps
      | code | PV   |
      | name | 泵阀 |
    而且 系统建立 product @pump
      | code          | P1      |
      | name          | 离心泵  |
      | category_id   | @pumps  |
      | list_price    | 1000.00 |
      | standard_cost | 400.00  |
    而且 系统建立 product @valve
      | code          | V1      |
      | name          | 球阀    |
      | category_id   | @pumps  |
      | list_price    | 99.90   |
      | standard_cost | 40.00   |
    而且 系统建立 price_rule @gold
      | name        | 金牌九折 |
      | tier        | gold     |
      | percent_off | 10       |
    而且 系统建立 site @central
      | code       | W1         |
      | name       | 中心仓     |
      | kind       | warehouse  |
      | is_central | true       |
      | latitude   | 30.305700  |
      | longitude  | 120.490000 |
    而且 系统建立 site @store
      | code      | S1         |
      | name      | 西湖店     |
      | kind      | store      |
      | clerk_id  | @dian      |
      | latitude  | 30.275800  |
      | longitude | 120.128600 |
    而且 kong 建立 stock_receipt @goods
      | site_id            | @central |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 20       |
      | lines.2.product_id | @valve   |
      | lines.2.quantity   | 50       |
    而且 kong 对 @goods 执行 post
    而且 dian 建立 stock_receipt @shelf
      | site_id            | @store |
      | lines.1.product_id | @pump  |
      | lines.1.quantity   | 3      |
    而且 dian 对 @shelf 执行 post

  场景: 从下单到完成，四个公开状态
    假如 系统建立 promotion @full
      | name             | 满 1000 减 50  |
      | kind             | full_reduction |
      | threshold_amount | 1000.00        |
      | every            | true           |
      | reduction_amount | 50.00          |
    当 liming 建立 sales_order @order
      | lines.1.product_id | @pump  |
      | lines.1.quantity   | 2      |
      | lines.2.product_id | @valve |
      | lines.2.quantity   | 5      |
    那么 liming 看到 @order
      | channel_id       | 伙伴门户        |
      | state            | draft           |
      | public_state     | pending_payment |
      | list_amount      | 2499.50         |
      | promotion_amount | 100.00          |
      | total_amount     | 2149.55         |
      | province         | 330000          |
    而且 liming 看不到 @order 的 cost_amount
    而且 wang 看到 @order 的 cost_amount 为 1000.00
    当 liming 对 @order 执行 submit
    那么 liming 看到 @order
      | state        | confirmed        |
      | public_state | pending_shipment |
      | site_id      | @central         |
    而且 liming 在 @order 的决定、回执和答复中读不到 "西湖店"
    而且 liming 在 @order 的决定中读到 "金牌九折"
    而且 liming 在 @order 的决定中读到 "信用额度充足"
    而且 wang 在 @order 的决定中读到 "西湖店"
    而且 wang 看到 1 条 credit_account，条件 partner_id == @yunfan and available_amount == 47850.45 and held_amount == 2149.55
    而且 wang 看到 1 条 stock_level，条件 site_id == @central and product_id == @pump and on_hand == 20 and reserved == 2
    当 kong 找到 delivery_note @note，条件 state == 'ready'
    那么 kong 看到 1 条 notice，条件 object_name == 'delivery_note' and read_at == null
    当 kong 对 @note 执行 ship
      | carrier         | 顺丰     |
      | tracking_number | SF100200 |
    那么 kong 看到 0 条 notice，条件 object_name == 'delivery_note' and read_at == null
    那么 liming 看到 @order
      | state           | shipped  |
      | public_state    | shipped  |
      | tracking_number | SF100200 |
    而且 wang 看到 1 条 stock_level，条件 site_id == @central and product_id == @pump and on_hand == 18 and reserved == 0
    而且 wang 看到 1 条 credit_account，条件 partner_id == @yunfan and available_amount == 47850.45 and held_amount == 0
    当 cai 找到 receivable @due，条件 partner_id == @yunfan
    那么 cai 看到 @due
      | amount | 2149.55  |
      | state  | open     |
      | due_on | today+30 |
    当 cai 对 @order 执行 issue_invoices
    那么 lao 看到 1 条 invoice，条件 receivable_id == @due and state == 'issued'
    当 cai 对 @order 执行 issue_invoices
    那么 被拒绝，代码 order.nothing_to_invoice
    而且 cai 看到 @due 的 state 为 invoiced
    当 cai 建立 receipt @money
      | partner_id | @yunfan  |
      | amount     | 2149.55  |
      | reference  | BANK-001 |
    而且 cai 对 @money 执行 allocate
    那么 cai 看到 @due 的 state 为 settled
    而且 wang 看到 1 条 credit_account，条件 partner_id == @yunfan and available_amount == 50000.00 and held_amount == 0
    当 liming 对 @order 执行 complete
    那么 liming 看到 @order 的 public_state 为 completed

  场景: 各产品按自己的税率，订单、发票与红字发票按税率分列
    假如 系统建立 product_category @books
      | code     | BK   |
      | name     | 技术图书 |
      | tax_rate | 6    |
    而且 系统建立 product @manual
      | code        | B1       |
      | name        | 泵阀手册 |
      | category_id | @books   |
      | list_price  | 109.00   |
      | tax_rate    | 9        |
    而且 系统建立 product @leaflet
      | code        | B2       |
      | name        | 选型图册 |
      | category_id | @books   |
      | list_price  | 53.00    |
    而且 系统建立 product @seed
      | code       | S1    |
      | name       | 草种  |
      | list_price | 50.00 |
      | tax_exempt | true  |
    当 zong 建立 product @wrong
      | code       | S2   |
      | name       | 菜种 |
      | tax_exempt | true |
      | tax_rate   | 0    |
    那么 被拒绝，代码 product.exempt_with_rate，字段 tax_rate
    假如 kong 建立 stock_receipt @more
      | site_id            | @central |
      | lines.1.product_id | @manual  |
      | lines.1.quantity   | 10       |
      | lines.2.product_id | @leaflet |
      | lines.2.quantity   | 10       |
      | lines.3.product_id | @seed    |
      | lines.3.quantity   | 10       |
    而且 kong 对 @more 执行 post
    当 liming 建立 sales_order @mixed
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 1        |
      | lines.2.product_id | @manual  |
      | lines.2.quantity   | 10       |
      | lines.3.product_id | @leaflet |
      | lines.3.quantity   | 10       |
      | lines.4.product_id | @seed    |
      | lines.4.quantity   | 2        |
    那么 liming 看到 @mixed
      | lines.1.tax_rate   | 13      |
      | lines.1.tax_amount | 103.54  |
      | lines.2.tax_rate   | 9       |
      | lines.2.tax_amount | 81.00   |
      | lines.3.tax_rate   | 6       |
      | lines.3.tax_amount | 27.00   |
      | lines.4.tax_rate   | 0       |
      | lines.4.tax_exempt | true    |
      | lines.4.tax_amount | 0.00    |
      | tax_amount         | 211.54  |
      | total_amount       | 2448.00 |
    当 liming 对 @mixed 执行 submit
    而且 系统对 @books 执行 update
      | tax_rate | 13 |
    而且 系统对 @manual 执行 update
      | tax_rate | 13 |
    那么 liming 在 @mixed 的决定中读到 "其中税额 9%"
    而且 liming 在 @mixed 的决定中读到 "其中税额 免税"
    当 kong 对 @mixed 执行 ship_all
      | carrier | 顺丰 |
    而且 cai 找到 invoice @blue，条件 sales_order_id == @mixed
    那么 cai 看到 @blue
      | amount             | 2448.00 |
      | tax_amount         | 211.54  |
      | taxes.1.tax_rate   | 13      |
      | taxes.1.amount     | 900.00  |
      | taxes.1.tax_amount | 103.54  |
      | taxes.1.net_amount | 796.46  |
      | taxes.2.tax_rate   | 9       |
      | taxes.2.amount     | 981.00  |
      | taxes.2.tax_amount | 81.00   |
      | taxes.3.tax_rate   | 6       |
      | taxes.3.tax_amount | 27.00   |
      | taxes.4.tax_exempt | true    |
      | taxes.4.amount     | 90.00   |
      | taxes.4.tax_amount | 0.00    |
    当 cai 对 @blue 执行 issue
    而且 cai 对 @blue 执行 cancel
      | cancel_reason | 抬头有误 |
    而且 cai 找到 invoice @again，条件 sales_order_id == @mixed and state == 'draft'
    那么 cai 看到 @again
      | taxes.2.tax_rate   | 9     |
      | taxes.2.tax_amount | 81.00 |
    当 kong 建立 sales_return @back
      | sales_order_id     | @mixed   |
      | site_id            | @central |
      | reason             | unwanted |
      | lines.1.product_id | @manual  |
      | lines.1.quantity   | 1        |
    而且 kong 对 @back 执行 post
    而且 cai 对 @back 执行 credit
      | credit_reference | 红字发票 9 |
    而且 cai 找到 invoice @red，条件 kind == 'red'
    那么 cai 看到 @red
      | amount             | -98.10 |
      | taxes.1.tax_rate   | 9      |
      | taxes.1.amount     | -98.10 |
      | taxes.1.tax_amount | -8.10  |
      | taxes.1.net_amount | -90.00 |

  场景: 多种税率按整单四舍五入，每种税率只舍入一次
    假如 设置 pricing.tax_per_document 为 true
    而且 设置 pricing.prices_include_tax 为 false
    而且 系统建立 product @washer
      | code       | W9   |
      | name       | 垫圈 |
      | list_price | 0.05 |
      | tax_rate   | 9    |
    而且 系统建立 product @ring
      | code       | R9   |
      | name       | 卡环 |
      | list_price | 0.05 |
      | tax_rate   | 9    |
    而且 系统建立 price_rule @plain
      | name       | 零头不打折 |
      | product_id | @washer    |
      | price      | 0.05       |
      | priority   | 9          |
    而且 系统建立 price_rule @plain_ring
      | name       | 零头也不打折 |
      | product_id | @ring        |
      | price      | 0.05         |
      | priority   | 9            |
    当 liming 建立 sales_order @cents
      | lines.1.product_id | @washer |
      | lines.1.quantity   | 1       |
      | lines.2.product_id | @ring   |
      | lines.2.quantity   | 1       |
      | lines.3.product_id | @pump   |
      | lines.3.quantity   | 1       |
    那么 liming 看到 @cents
      | net_amount         | 900.10  |
      | tax_amount         | 117.01  |
      | lines.3.tax_amount | 117.00  |
      | total_amount       | 1017.11 |

  场景: 三公里内有货的门店先发
    当 liming 建立 sales_order @near
      | ship_to_name       | 李明                    |
      | division           | 330106                  |
      | address            | 杭州市西湖区文三路 90 号 |
      | latitude           | 30.270000               |
      | longitude          | 120.130000              |
      | lines.1.product_id | @pump                   |
      | lines.1.quantity   | 3                       |
    而且 liming 对 @near 执行 submit
    那么 wang 看到 @near 的 site_id 为 @store
    而且 dian 看到 1 条 delivery_note，条件 state == 'offered' and site_id == @store
    当 liming 建立 sales_order @more
      | ship_to_name       | 李明                    |
      | division           | 330106                  |
      | address            | 杭州市西湖区文三路 90 号 |
      | latitude           | 30.270000               |
      | longitude          | 120.130000              |
      | lines.1.product_id | @pump                   |
      | lines.1.quantity   | 1                       |
    而且 liming 对 @more 执行 submit
    那么 liming 在 @more 的决定、回执和答复中读不到 "库存不足"
    而且 wang 看到 @more 的 site_id 为 @central
    而且 wang 在 @more 的决定中读到 "西湖店：库存不足"

  场景: 信用不足的订单暂停而不丢失
    当 系统建立 partner @small
      | name                   | 宁波小舟贸易有限公司 |
      | tier                   | bronze               |
      | credit_limit           | 1500.00              |
      | contact_name           | 周舟                 |
      | division               | 330203               |
      | address                | 宁波市海曙区药行街 8 号 |
      | territories.1.division | 330200               |
    而且 系统对 @small 执行 approve
    而且 wang 建立 sales_order @one
      | partner_id         | @small |
      | lines.1.product_id | @pump  |
      | lines.1.quantity   | 1      |
    而且 wang 对 @one 执行 submit
    而且 wang 建立 sales_order @two
      | partner_id         | @small |
      | lines.1.product_id | @pump  |
      | lines.1.quantity   | 1      |
    而且 wang 对 @two 执行 submit
    那么 wang 看到 @two
      | state          | credit_hold                                      |
      | public_state   | pending_payment                                  |
      | hold_reason_zh | 信用额度不足：可用 500.00，需要 1000.00           |
      | channel_id     | 销售代录                                         |
    而且 wang 看到 1 条 stock_level，条件 site_id == @central and product_id == @pump and on_hand == 20 and reserved == 1
    当 cai 对 @two 执行 release_credit_hold
    那么 被拒绝，代码 credit.short
    当 wang 对 @one 执行 cancel
    而且 cai 对 @two 执行 release_credit_hold
    那么 wang 看到 @two
      | state        | confirmed        |
      | public_state | pending_shipment |
    而且 wang 看到 @one 的 public_state 为 cancelled
    而且 wang 看到 1 条 credit_account，条件 partner_id == @small and available_amount == 500.00 and held_amount == 1000.00
    而且 wang 看到 1 条 stock_level，条件 site_id == @central and product_id == @pump and on_hand == 20 and reserved == 1

  场景: 超过权限的折扣要审批
    当 wang 建立 sales_order @cheap
      | partner_id         | @yunfan |
      | discount_percent   | 8       |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 2       |
    而且 wang 对 @cheap 执行 submit
    那么 wang 看到 @cheap
      | state           | pending_approval |
      | total_amount    | 1656.00          |
      | discount_amount | 144.00           |
    而且 wang 看到 1 条 task，条件 state == 'open' and role_name == 'channel_manager'
    而且 liming 不能对 @cheap 执行 approve
    当 wang 对 @cheap 执行 approve
      | decision_comment | 自己批准 |
    那么 被拒绝，代码 order.own_approval
    当 zong 对 @cheap 执行 approve
      | decision_comment | 年度框架客户 |
    那么 zong 看到 @cheap 的 state 为 confirmed
    而且 zong 在 @cheap 的决定中读到 "折扣已批准"

  场景: 区域之外不发货
    当 liming 建立 sales_order @away
      | ship_to_name       | 张伟               |
      | division           | 310115             |
      | address            | 上海市浦东新区张杨路 |
      | lines.1.product_id | @pump              |
      | lines.1.quantity   | 1                  |
    而且 liming 对 @away 执行 submit
    那么 被拒绝，代码 partner.outside_division，字段 division
    而且 wang 在 @away 的决定中读到 "outside"

  场景: 自提按门店所在地看区域，不按收货地址
    假如 系统对 @store 执行 update
      | division | 330106 |
    而且 系统建立 site @bund
      | code      | S9         |
      | name      | 外滩店     |
      | kind      | store      |
      | division  | 310101     |
      | latitude  | 31.240000  |
      | longitude | 121.490000 |
    当 liming 建立 sales_order @away
      | pickup_site_id     | @bund |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 1     |
    而且 liming 对 @away 执行 submit
    那么 被拒绝，代码 partner.outside_division，字段 division
    当 liming 调用 order.price
      | pickup_site_id     | @bund  |
      | division           | 330106 |
      | lines.1.product_id | @pump  |
      | lines.1.quantity   | 1      |
    那么 答复的 territory_covered 为 false
    当 liming 建立 sales_order @near
      | pickup_site_id     | @store             |
      | ship_to_name       | 张伟               |
      | division           | 310115             |
      | address            | 上海市浦东新区张杨路 |
      | lines.1.product_id | @pump              |
      | lines.1.quantity   | 1                  |
    而且 liming 对 @near 执行 submit
    那么 liming 看到 @near 的 state 为 confirmed
    当 liming 调用 order.price
      | pickup_site_id     | @store |
      | division           | 310115 |
      | lines.1.product_id | @pump  |
      | lines.1.quantity   | 1      |
    那么 答复的 territory_covered 为 true
    当 liming 调用 order.price
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 1     |
    那么 答复的 territory_covered 为 true

  场景: 库存不足时说明每个产品缺多少
    当 liming 建立 sales_order @big
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 25    |
    而且 liming 对 @big 执行 submit
    那么 被拒绝，代码 stock.short，字段 lines
    而且 说明含 "离心泵 20 / 25"
    而且 wang 在 @big 的决定中读到 "short"
    而且 liming 在 @big 的决定、回执和答复中读不到 "西湖店"
    而且 liming 看到 @big 的 state 为 draft
    而且 wang 看到 1 条 credit_account，条件 partner_id == @yunfan and available_amount == 50000.00 and held_amount == 0

  场景: 同时抢最后的货，绝不超卖
    当 liming 建立 sales_order @a
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 12    |
    而且 liming 建立 sales_order @b
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 12    |
    而且 liming 建立 sales_order @c
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 12    |
    而且 同时执行 submit
      | as | on |
      | liming | @a |
      | liming | @b |
      | liming | @c |
    那么 1 个成功，其余被拒绝，代码 stock.short
    而且 wang 看到 1 条 stock_level，条件 site_id == @central and product_id == @pump and on_hand == 20 and reserved == 12

  场景: 部分发货，余下的稍后发，再余下的退回
    当 liming 建立 sales_order @order
      | lines.1.product_id | @valve |
      | lines.1.quantity   | 30     |
    而且 liming 对 @order 执行 submit
    而且 kong 找到 delivery_note @first，条件 state == 'ready'
    而且 kong 修改 @first
      | lines.1.id            | @first.lines.1.id |
      | lines.1.ship_quantity | 10                |
    而且 kong 对 @first 执行 ship
      | carrier | 德邦 |
    那么 liming 看到 @order
      | state          | partly_shipped   |
      | public_state   | pending_shipment |
      | shipped_amount | 899.10           |
    而且 wang 看到 1 条 stock_level，条件 site_id == @central and product_id == @valve and on_hand == 40 and reserved == 20
    而且 wang 看到 1 条 credit_account，条件 partner_id == @yunfan and available_amount == 47302.70 and held_amount == 1798.20
    当 kong 找到 delivery_note @second，条件 state == 'ready'
    而且 kong 修改 @second
      | lines.1.id            | @second.lines.1.id |
      | lines.1.ship_quantity | 5                  |
    而且 kong 对 @second 执行 ship
      | carrier   | 德邦      |
      | remainder | give_back |
    那么 liming 看到 @order
      | state        | shipped |
      | total_amount | 1348.65 |
    而且 wang 看到 1 条 stock_level，条件 site_id == @central and product_id == @valve and on_hand == 35 and reserved == 0
    而且 wang 看到 1 条 credit_account，条件 partner_id == @yunfan and available_amount == 48651.35 and held_amount == 0

  场景: 发出一部分之后取消未发部分
    当 lao 建立 sales_order @order
      | lines.1.product_id | @valve |
      | lines.1.quantity   | 30     |
    而且 lao 对 @order 执行 submit
    而且 kong 找到 delivery_note @first，条件 state == 'ready'
    而且 kong 修改 @first
      | lines.1.id            | @first.lines.1.id |
      | lines.1.ship_quantity | 10                |
    而且 kong 对 @first 执行 ship
      | carrier | 德邦 |
    而且 lao 对 @order 执行 cancel_rest
    那么 lao 看到 @order
      | state        | shipped |
      | total_amount | 899.10  |
    而且 wang 看到 1 条 stock_level，条件 site_id == @central and product_id == @valve and on_hand == 40 and reserved == 0
    而且 wang 看到 1 条 credit_account，条件 partner_id == @yunfan and available_amount == 49100.90 and held_amount == 0

  场景: 常购清单与再次下单
    当 liming 建立 saved_cart @cart
      | name               | 月度补货 |
      | lines.1.product_id | @valve   |
      | lines.1.quantity   | 4        |
    而且 liming 对 @cart 执行 place_order
    而且 liming 找到 sales_order @order，条件 state == 'draft'
    那么 liming 看到 @order 的 total_amount 为 359.64
    当 liming 调用 order.reorder
      | sales_order_id | @order |
    那么 liming 看到 2 条 sales_order，条件 state == 'draft'

  场景: 先看价再下单
    当 liming 调用 order.price
      | division           | 330106 |
      | lines.1.product_id | @pump  |
      | lines.1.quantity   | 2      |
    那么 答复的 totals.total_amount 为 1800.00
    而且 答复的 credit.suffices 为 true
    而且 答复的 territory_covered 为 true
    而且 答复的 sourcing.sites.1.title 为 中心仓

  场景: 别人的订单看不到
    当 系统建立 partner @other
      | name | 苏州远航设备有限公司 |
    而且 系统对 @other 执行 approve
    而且 有用户
      | login | roles         | organisation |
      | zhao  | partner_sales | @other       |
    而且 liming 建立 sales_order @order
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 1     |
    那么 zhao 看不到 @order

  场景: 伙伴不能给自己打折
    当 liming 建立 sales_order @cheap
      | discount_percent   | 4     |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 2     |
    那么 被拒绝，代码 field.read_only，字段 discount_percent
    当 liming 调用 order.price
      | discount_percent   | 40    |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 2     |
    那么 答复的 totals.total_amount 为 1800.00
    而且 答复的 approval_needed 为 false

  场景: 过期的促销与旧价不再有效
    假如 系统建立 promotion @sale
      | name        | 今日八折    |
      | kind        | percent_off |
      | percent_off | 20          |
      | valid_until | today       |
    而且 liming 建立 sales_order @order
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 1     |
    那么 liming 看到 @order 的 total_amount 为 720.00
    当 过去 1 天
    而且 liming 对 @order 执行 submit
    那么 被拒绝，代码 order.price_changed
    而且 说明含 "价格已由 720.00 变为 900.00"
    当 liming 修改 @order
      | comment | 新价已核对 |
    那么 liming 看到 @order 的 total_amount 为 900.00
    当 liming 对 @order 执行 submit
    那么 liming 看到 @order
      | state        | confirmed |
      | total_amount | 900.00    |

  场景: 提交前降价，按低价成交
    当 liming 建立 sales_order @order
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 1     |
    而且 系统对 @pump 执行 update
      | list_price | 800.00 |
    而且 liming 对 @order 执行 submit
    那么 liming 看到 @order
      | state        | confirmed |
      | total_amount | 720.00    |

  场景: 建立或提交订单的人不能批准，管理员也不例外
    假如 有用户
      | login | roles         | organisation |
      | guan  | administrator |              |
    当 wang 建立 sales_order @cheap
      | partner_id         | @yunfan |
      | discount_percent   | 8       |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 2       |
    而且 guan 对 @cheap 执行 submit
    而且 guan 对 @cheap 执行 approve
    那么 被拒绝，代码 order.own_approval
    当 wang 对 @cheap 执行 approve
    那么 被拒绝，代码 order.own_approval
    当 zong 对 @cheap 执行 approve
    那么 zong 看到 @cheap 的 state 为 confirmed

  场景: 给予减免的人不能批准，哪怕订单由伙伴建立和提交
    当 liming 建立 sales_order @own
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 2     |
    而且 wang 修改 @own
      | discount_percent | 8 |
    而且 liming 对 @own 执行 submit
    那么 liming 看到 @own 的 state 为 pending_approval
    当 wang 对 @own 执行 approve
    那么 被拒绝，代码 order.own_approval
    当 zong 对 @own 执行 approve
    那么 zong 看到 @own 的 state 为 confirmed

  场景: 报价时给予减免的人不能批准由此而来的订单
    当 wang 建立 quotation @quote
      | partner_id         | @yunfan                 |
      | discount_percent   | 8                       |
      | ship_to_name       | 李明                    |
      | division           | 330106                  |
      | address            | 杭州市西湖区文三路 1 号 |
      | lines.1.product_id | @pump                   |
      | lines.1.quantity   | 2                       |
    而且 wang 对 @quote 执行 send
    而且 liming 对 @quote 执行 accept
    而且 liming 找到 sales_order @quoted，条件 quotation_id == @quote
    而且 liming 对 @quoted 执行 submit
    那么 liming 看到 @quoted 的 state 为 pending_approval
    当 wang 对 @quoted 执行 approve
    那么 被拒绝，代码 order.own_approval

  场景: 现价高于下单页面所见的金额，不提交
    当 liming 建立 sales_order @seen
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 2     |
    而且 liming 对 @seen 执行 submit
      | shown_amount | 1700.00 |
    那么 被拒绝，代码 order.price_changed
    当 liming 对 @seen 执行 submit
      | shown_amount | 1800.00 |
    那么 liming 看到 @seen 的 state 为 confirmed

  场景: 伙伴被暂停后，待审批与信用暂停的订单不再确认
    当 wang 建立 sales_order @cheap
      | partner_id         | @yunfan |
      | discount_percent   | 8       |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 2       |
    而且 wang 对 @cheap 执行 submit
    而且 系统对 @yunfan 执行 update
      | credit_limit | 0 |
    而且 wang 建立 sales_order @held
      | partner_id         | @yunfan |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 1       |
    而且 wang 对 @held 执行 submit
    而且 系统对 @yunfan 执行 suspend
      | comment | 复核 |
    而且 zong 对 @cheap 执行 approve
    那么 被拒绝，代码 order.partner_inactive
    当 cai 建立 receipt @money
      | partner_id | @yunfan |
      | amount     | 5000.00 |
      | reference  | B1      |
    那么 wang 看到 @held 的 state 为 credit_hold
    当 cai 对 @held 执行 release_credit_hold
    那么 被拒绝，代码 order.partner_inactive

  场景: 改了地址，旧坐标不再决定哪家门店发货
    当 liming 建立 sales_order @near
      | ship_to_name       | 李明                    |
      | division           | 330106                  |
      | address            | 杭州市西湖区文三路 90 号 |
      | latitude           | 30.270000               |
      | longitude          | 120.130000              |
      | lines.1.product_id | @pump                   |
      | lines.1.quantity   | 1                       |
    而且 liming 修改 @near
      | division | 330203                  |
      | address  | 宁波市海曙区药行街 8 号 |
    那么 liming 看到 @near 的 latitude 为
    当 liming 对 @near 执行 submit
    那么 wang 看到 @near 的 site_id 为 @central

  场景: 只有等货的发货单时，整单发货如实拒绝
    当 liming 建立 sales_order @order
      | when_short         | later |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 25    |
    而且 liming 对 @order 执行 submit
    而且 kong 对 @order 执行 ship_all
      | carrier | 顺丰 |
    那么 被拒绝，代码 stock.nothing_to_ship

  场景: 店员只管自己的门店
    假如 有用户
      | login | roles       | organisation |
      | bie   | store_clerk |              |
    而且 liming 建立 sales_order @near
      | ship_to_name       | 李明                    |
      | division           | 330106                  |
      | address            | 杭州市西湖区文三路 90 号 |
      | latitude           | 30.270000               |
      | longitude          | 120.130000              |
      | lines.1.product_id | @pump                   |
      | lines.1.quantity   | 3                       |
    而且 liming 对 @near 执行 submit
    而且 dian 找到 delivery_note @note，条件 state == 'offered'
    那么 bie 看不到 @note
    而且 bie 看不到 @near
    当 bie 对 @note 执行 ship
      | carrier | 自提 |
    那么 被拒绝，代码 record.not_found
    当 bie 对 @near 执行 ship_all
      | carrier | 自提 |
    那么 被拒绝，代码 record.not_found
    当 bie 建立 stock_receipt @more
      | site_id            | @store |
      | lines.1.product_id | @pump  |
      | lines.1.quantity   | 3      |
    那么 被拒绝，代码 action.outside_scope
    当 dian 对 @note 执行 ship
      | carrier | 自提 |
    那么 dian 看到 @near 的 state 为 shipped
