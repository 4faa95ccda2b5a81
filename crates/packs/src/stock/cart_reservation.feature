# language: zh-CN
功能: 渠道保留、渠道配额与购物车占用

  背景:
    假如 有用户
      | login | roles           | organisation |
      | wang  | channel_manager |              |
      | cai   | finance_clerk   |              |
      | kong  | warehouse_clerk |              |
    而且 系统建立 partner @yunfan
      | name                   | 杭州云帆科技有限公司    |
      | tier                   | gold                    |
      | credit_limit           | 50000.00                |
      | payment_terms_days     | 30                      |
      | contact_name           | 李明                    |
      | phone                  | 13800000001             |
      | division               | 330106                  |
      | address                | 杭州市西湖区文三路 1 号 |
      | territories.1.division | 330000                  |
    而且 系统对 @yunfan 执行 approve
    而且 有用户
      | login  | roles         | organisation |
      | liming | partner_sales | @yunfan      |
    而且 系统建立 product_category @pumps
      | code | PV   |
      | name | 泵阀 |
    而且 系统建立 product @pump
      | code          | P1      |
      | name          | 离心泵  |
      | category_id   | @pumps  |
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
      | lines.1.quantity   | 20       |
    而且 kong 对 @goods 执行 post
    而且 kong 找到 sales_channel @ch_portal，条件 code == 'portal'
    而且 kong 找到 sales_channel @ch_sales，条件 code == 'sales'
    而且 kong 找到 sales_channel @ch_tmall，条件 code == 'tmall'
    而且 kong 找到 sales_channel @ch_jd，条件 code == 'jd'

  场景: 安全库存不卖，渠道须给别人留货
    当 kong 建立 stock_policy @safety
      | site_id         | @central |
      | product_id      | @pump    |
      | safety_quantity | 4        |
      | target_quantity | 10       |
      | withheld        | true     |
    而且 kong 建立 channel_policy @keep
      | channel_id    | @ch_portal |
      | site_id       | @central |
      | product_id    | @pump    |
      | keep_quantity | 6        |
    而且 liming 建立 sales_order @big
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 11    |
    而且 liming 对 @big 执行 submit
    那么 被拒绝，代码 stock.short
    当 liming 建立 sales_order @fits
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 10    |
    而且 liming 对 @fits 执行 submit
    那么 liming 看到 @fits 的 state 为 confirmed
    当 wang 建立 sales_order @desk
      | partner_id         | @yunfan |
      | channel_id         | @ch_sales |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 6       |
    而且 wang 对 @desk 执行 submit
    那么 wang 看到 @desk 的 state 为 confirmed
    而且 kong 看到 1 条 stock_level，条件 site_id == @central and reserved == 16 and available == 4

  场景: 渠道配额只给该渠道，先用配额
    当 kong 建立 channel_allocation @tmall
      | channel_id | @ch_tmall |
      | site_id    | @central |
      | product_id | @pump    |
      | quantity   | 8        |
    而且 kong 对 @tmall 执行 activate
    那么 kong 看到 1 条 stock_level，条件 site_id == @central and reserved == 8 and available == 12
    当 liming 建立 sales_order @portal
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 13    |
    而且 liming 对 @portal 执行 submit
    那么 被拒绝，代码 stock.short
    当 wang 建立 sales_order @first
      | partner_id         | @yunfan |
      | channel_id         | @ch_tmall |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 5       |
    而且 wang 对 @first 执行 submit
    那么 kong 看到 @tmall 的 used_quantity 为 5
    而且 kong 看到 1 条 stock_level，条件 site_id == @central and reserved == 8 and available == 12
    当 wang 建立 sales_order @second
      | partner_id         | @yunfan |
      | channel_id         | @ch_tmall |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 4       |
    而且 wang 对 @second 执行 submit
    那么 kong 看到 @tmall
      | used_quantity | 8     |
      | state         | ended |
    而且 kong 看到 1 条 stock_level，条件 site_id == @central and reserved == 9 and available == 11
    当 kong 对 @first 执行 ship_all
      | carrier | 顺丰 |
    那么 kong 看到 1 条 stock_level，条件 site_id == @central and on_hand == 15 and reserved == 4

  场景: 结束配额退回未用的货
    当 kong 建立 channel_allocation @jd
      | channel_id | @ch_jd |
      | site_id    | @central |
      | product_id | @pump    |
      | quantity   | 8        |
    而且 kong 对 @jd 执行 activate
    而且 kong 修改 @jd
      | quantity | 9 |
    那么 被拒绝，代码 stock.allocation_fixed
    当 kong 对 @jd 执行 end
    那么 kong 看到 1 条 stock_level，条件 site_id == @central and reserved == 0 and available == 20

  场景: 两张订单同时抢最后的配额，绝不超卖
    当 kong 建立 channel_allocation @jd
      | channel_id | @ch_jd |
      | site_id    | @central |
      | product_id | @pump    |
      | quantity   | 20       |
    而且 kong 对 @jd 执行 activate
    而且 wang 建立 sales_order @a
      | partner_id         | @yunfan |
      | channel_id         | @ch_jd |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 12      |
    而且 wang 建立 sales_order @b
      | partner_id         | @yunfan |
      | channel_id         | @ch_jd |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 12      |
    而且 同时执行 submit
      | as   | on |
      | wang | @a |
      | wang | @b |
    那么 1 个成功，其余被拒绝，代码 stock.short
    而且 kong 看到 1 条 stock_level，条件 site_id == @central and reserved == 20 and available == 0

  场景: 购物车占用到期自动释放
    当 liming 建立 saved_cart @cart
      | name               | 急用  |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 15    |
    而且 liming 对 @cart 执行 reserve
    那么 kong 看到 1 条 stock_level，条件 site_id == @central and reserved == 15 and available == 5
    当 liming 对 @cart 执行 reserve
    那么 liming 看到 1 条 cart_reservation，条件 state == 'held'
    而且 kong 看到 1 条 stock_level，条件 site_id == @central and reserved == 15
    当 过去 1 小时
    那么 liming 看到 1 条 cart_reservation，条件 state == 'expired'
    而且 kong 看到 1 条 stock_level，条件 site_id == @central and reserved == 0 and available == 20

  场景: 由购物车下单的订单接过占用，别人抢不走
    当 liming 建立 saved_cart @cart
      | name               | 急用  |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 15    |
    而且 liming 对 @cart 执行 reserve
    而且 wang 建立 sales_order @other
      | partner_id         | @yunfan |
      | channel_id         | @ch_sales |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 6       |
    而且 wang 对 @other 执行 submit
    那么 被拒绝，代码 stock.short
    当 liming 对 @cart 执行 place_order
    而且 liming 找到 sales_order @order，条件 saved_cart_id == @cart
    而且 liming 对 @order 执行 submit
    那么 liming 看到 @order 的 state 为 confirmed
    而且 liming 看到 1 条 cart_reservation，条件 state == 'taken'
    而且 kong 看到 1 条 stock_level，条件 site_id == @central and reserved == 15 and available == 5

  场景: 一个伙伴只有一个购物车占用库存，不超过上限，暂停的伙伴不能占用
    假如 设置 stock.reservation_quantity 为 10
    当 liming 建立 saved_cart @one
      | name               | 月度补货 |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 8        |
    而且 liming 建立 saved_cart @two
      | name               | 应急补货 |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 9        |
    而且 liming 建立 saved_cart @many
      | name               | 全部     |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 11       |
    而且 liming 对 @one 执行 reserve
    而且 liming 对 @two 执行 reserve
    那么 kong 看到 1 条 stock_level，条件 site_id == @central and reserved == 9
    而且 kong 看到 1 条 cart_reservation，条件 state == 'held'
    当 liming 对 @many 执行 reserve
    那么 被拒绝，代码 stock.reservation_range，字段 lines
    当 系统对 @yunfan 执行 suspend
      | comment | 复核 |
    而且 liming 对 @one 执行 reserve
    那么 被拒绝，代码 order.partner_inactive
    而且 kong 看到 1 条 stock_level，条件 site_id == @central and reserved == 9

  场景: 购物车按今日价格与伙伴地区寻源，没有适用规则时说得清
    假如 有用户
      | login | roles         | organisation |
      | guan  | administrator |              |
    而且 guan 找到 sourcing_rule @rule，条件 code == 'central'
    而且 guan 修改 @rule
      | division    | 330000  |
      | amount_from | 2000.00 |
    而且 liming 建立 saved_cart @large
      | name               | 整批  |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 2     |
    而且 liming 建立 saved_cart @small
      | name               | 零星  |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 1     |
    当 liming 对 @large 执行 reserve
    那么 kong 看到 1 条 stock_level，条件 site_id == @central and reserved == 2
    当 liming 对 @small 执行 reserve
    那么 被拒绝，代码 stock.no_rule，字段 lines
    当 liming 调用 order.price
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 1     |
    那么 答复的 sourcing.reason 为 no_rule
    当 liming 建立 sales_order @order
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 1     |
    而且 liming 对 @order 执行 submit
    那么 被拒绝，代码 stock.no_rule，字段 lines
