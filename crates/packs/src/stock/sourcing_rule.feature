# language: zh-CN
功能: 寻源规则

  背景:
    假如 有用户
      | login | roles           | organisation |
      | wang  | channel_manager |              |
      | kong  | warehouse_clerk |              |
      | dian  | store_clerk     |              |
      | bin   | store_clerk     |              |
      | guan  | administrator   |              |
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
      | code       | W1         |
      | name       | 中心仓     |
      | kind       | warehouse  |
      | is_central | true       |
      | latitude   | 30.305700  |
      | longitude  | 120.490000 |
    而且 系统建立 site @west
      | code      | S1         |
      | name      | 西湖店     |
      | kind      | store      |
      | clerk_id  | @dian      |
      | latitude  | 30.271000  |
      | longitude | 120.130000 |
    而且 系统建立 site @east
      | code      | S2         |
      | name      | 城东店     |
      | kind      | store      |
      | clerk_id  | @bin       |
      | latitude  | 30.275000  |
      | longitude | 120.130000 |
    而且 dian 建立 stock_receipt @shelf
      | site_id            | @west |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 3     |
    而且 dian 对 @shelf 执行 post
    而且 bin 建立 stock_receipt @more
      | site_id            | @east |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 5     |
    而且 bin 对 @more 执行 post
    而且 kong 建立 stock_receipt @goods
      | site_id            | @central |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 6        |
    而且 kong 对 @goods 执行 post

  场景: 出厂规则为三公里内的门店，管理员可改
    那么 guan 看到 3 条 sourcing_rule，条件 active
    当 guan 找到 sourcing_rule @near，条件 code == 'near_store'
    那么 guan 看到 @near 的 distance_metres_max 为 3000
    而且 wang 不能对 @near 执行 update
    当 guan 修改 @near
      | distance_metres_max | 100 |
    而且 liming 建立 sales_order @order
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 2          |
    而且 liming 对 @order 执行 submit
    那么 wang 看到 @order 的 site_id 为 @central
    而且 wang 在 @order 的决定中读到 "西湖店：超出规则的最远距离 100 米"
    而且 wang 在 @order 的决定中读到 "中心仓：由此规则确定"
    而且 wang 在 @order 的决定中读到 "其他仓库：前面的规则已确定"
    而且 liming 在 @order 的决定、回执和答复中读不到 "寻源规则"

  场景: 按优先级排序，只对大额订单生效，停用的规则不算
    假如 guan 修改 @east
      | priority | 5 |
    而且 guan 建立 sourcing_rule @large
      | code        | large    |
      | name        | 大单优先 |
      | position    | 1        |
      | amount_from | 2000.00  |
      | site_kind   | store    |
      | sort_by     | priority |
    而且 liming 建立 sales_order @small
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 1          |
    而且 liming 对 @small 执行 submit
    而且 liming 建立 sales_order @big
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 2          |
    而且 liming 对 @big 执行 submit
    那么 wang 看到 @small 的 site_id 为 @west
    而且 wang 在 @small 的决定中读到 "大单优先：不适用于该订单金额"
    而且 wang 看到 @big 的 site_id 为 @east
    而且 wang 在 @big 的决定中读到 "大单优先：由此规则确定"
    当 guan 修改 @large
      | active | false |
    而且 liming 建立 sales_order @again
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 2          |
    而且 liming 对 @again 执行 submit
    那么 wang 看到 @again 的 site_id 为 @west
    当 guan 建立 sourcing_rule @wrong
      | code         | wrong  |
      | name         | 写反   |
      | amount_from  | 200.00 |
      | amount_until | 100.00 |
    那么 被拒绝，代码 stock.sourcing_amounts_reversed，字段 amount_until

  场景: 当日产能已满的门店不再分到订单
    假如 设置 stock.accept_minutes 为 0
    而且 guan 修改 @west
      | daily_capacity | 1 |
    而且 liming 建立 sales_order @first
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 1          |
    而且 liming 对 @first 执行 submit
    而且 liming 建立 sales_order @second
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 1          |
    而且 liming 对 @second 执行 submit
    那么 wang 看到 @first 的 site_id 为 @west
    而且 wang 看到 @second 的 site_id 为 @east
    而且 wang 在 @second 的决定中读到 "西湖店：今日产能已满"
    当 liming 调用 order.pickup_sites
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 1          |
    那么 答复的 stores.1.reason 为 full
    当 liming 调用 order.price
      | pickup_site_id     | @west |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 1     |
    那么 答复的 sourcing.reason 为 full
    当 liming 建立 sales_order @own
      | pickup_site_id     | @west |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 1     |
    而且 liming 对 @own 执行 submit
    那么 被拒绝，代码 stock.sites_full，字段 lines
    当 过去 1 天
    而且 liming 建立 sales_order @third
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 1          |
    而且 liming 对 @third 执行 submit
    那么 wang 看到 @third 的 site_id 为 @west

  场景: 允许拆单时由两个网点各发一部分，发完才算发货
    假如 guan 建立 sourcing_rule @share
      | code              | share    |
      | name              | 大单可拆 |
      | position          | 90       |
      | sort_by           | distance |
      | split             | true     |
      | split_amount_from | 8000.00  |
    而且 liming 调用 order.price
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 9          |
    那么 答复的 sourcing.sites.1.title 为 中心仓
    而且 答复的 sourcing.sites.2.title 为 西湖店
    # 规则限定地区：不填地区时试算与提交都按伙伴的地区。
    当 guan 找到 sourcing_rule @depot，条件 code == 'central'
    而且 guan 修改 @depot
      | division | 330000 |
    而且 liming 调用 order.price
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 6     |
    那么 答复的 sourcing.suffices 为 true
    当 liming 建立 sales_order @order
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 9          |
    而且 liming 对 @order 执行 submit
    那么 wang 看到 @order
      | state   | confirmed |
      | site_id | @central  |
    而且 wang 在 @order 的决定中读到 "大单可拆：由此规则拆单"
    而且 wang 看到 1 条 stock_level，条件 site_id == @central and reserved == 6
    而且 wang 看到 1 条 stock_level，条件 site_id == @west and reserved == 3
    当 kong 找到 delivery_note @half，条件 state == 'ready' and site_id == @central
    而且 kong 对 @half 执行 ship
      | carrier | 顺丰 |
    那么 liming 看到 @order 的 state 为 partly_shipped
    当 dian 找到 delivery_note @rest，条件 state == 'offered'
    而且 dian 对 @rest 执行 ship
      | carrier | 门店配送 |
    那么 liming 看到 @order 的 state 为 shipped
    而且 wang 看到 0 条 stock_level，条件 reserved > 0

  场景: 门店整单发货只发本店的一份，仓库可发全部
    假如 guan 建立 sourcing_rule @share
      | code      | share    |
      | name      | 门店拆单 |
      | position  | 1        |
      | site_kind | store    |
      | split     | true     |
    而且 liming 建立 sales_order @order
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 8     |
    而且 liming 对 @order 执行 submit
    那么 bin 看到 @order 的 site_id 为 @east
    而且 dian 看到 1 条 delivery_note，条件 state == 'offered'
    当 bin 对 @order 执行 ship_all
      | carrier | 门店配送 |
    那么 liming 看到 @order 的 state 为 partly_shipped
    而且 dian 看到 1 条 delivery_note，条件 state == 'offered'
    而且 wang 看到 1 条 stock_level，条件 site_id == @west and on_hand == 3 and reserved == 3
    当 bin 对 @order 执行 ship_all
      | carrier | 门店配送 |
    那么 被拒绝，代码 stock.nothing_to_ship
    当 kong 对 @order 执行 ship_all
      | carrier | 顺丰 |
    那么 liming 看到 @order 的 state 为 shipped

  场景: 拆出的一份被拒单，只有这一份改派
    假如 guan 建立 sourcing_rule @share
      | code     | share    |
      | name     | 可拆单   |
      | position | 90       |
      | split    | true     |
    而且 liming 建立 sales_order @order
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 9          |
    而且 liming 对 @order 执行 submit
    而且 dian 找到 delivery_note @half，条件 state == 'offered'
    而且 dian 对 @half 执行 refuse
      | refusal_reason | 缺人手 |
    那么 wang 看到 @order 的 site_id 为 @central
    而且 bin 看到 1 条 delivery_note，条件 state == 'offered' and site_id == @east
    而且 wang 看到 1 条 stock_level，条件 site_id == @central and reserved == 6
    而且 wang 看到 1 条 stock_level，条件 site_id == @east and reserved == 3
    而且 wang 看到 1 条 stock_level，条件 site_id == @west and reserved == 0
    当 liming 对 @order 执行 cancel
    那么 wang 看到 0 条 stock_level，条件 reserved > 0

  场景: 要发其中一份的门店能看订单，只能看，份额改派后就看不到
    假如 guan 建立 sourcing_rule @share
      | code     | share    |
      | name     | 可拆单   |
      | position | 90       |
      | split    | true     |
    而且 liming 建立 sales_order @order
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 9          |
    而且 liming 对 @order 执行 submit
    那么 wang 看到 @order 的 site_id 为 @central
    而且 dian 看到 @order
      | state              | confirmed |
      | lines.1.product_id | @pump     |
      | lines.1.quantity   | 9         |
    而且 dian 看到 1 条 sales_order
    而且 dian 看不到 @order 的 margin_amount
    而且 dian 看不到 @order 的 lines.1.margin_amount
    而且 bin 看不到 @order
    当 dian 对 @order 执行 ship_all
      | carrier | 门店配送 |
    那么 被拒绝，代码 action.forbidden
    当 dian 找到 delivery_note @half，条件 state == 'offered'
    而且 dian 对 @half 执行 refuse
      | refusal_reason | 缺人手 |
    那么 dian 看不到 @order
    而且 dian 看到 0 条 sales_order
    而且 bin 看到 @order 的 state 为 confirmed
    当 liming 对 @order 执行 cancel
    那么 bin 看不到 @order

  场景: 一份的余下部分取消，只退回这一份占用的库存与信用，另一网点照常发货
    假如 guan 建立 sourcing_rule @share
      | code     | share    |
      | name     | 可拆单   |
      | position | 90       |
      | split    | true     |
    而且 有用户
      | login | roles         | organisation |
      | cai   | finance_clerk |              |
    而且 系统建立 product @seal
      | code          | S1     |
      | name          | 密封圈 |
      | category_id   | @pumps |
      | list_price    | 3.33   |
      | standard_cost | 1.11   |
    而且 kong 建立 stock_receipt @seals
      | site_id            | @central |
      | lines.1.product_id | @seal    |
      | lines.1.quantity   | 7        |
    而且 kong 对 @seals 执行 post
    而且 liming 建立 sales_order @order
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 9          |
      | lines.2.product_id | @seal      |
      | lines.2.quantity   | 7          |
    而且 liming 对 @order 执行 submit
    那么 liming 看到 @order 的 total_amount 为 9023.31
    而且 wang 看到 1 条 credit_account，条件 held_amount == 9023.31
    当 kong 找到 delivery_note @half，条件 state == 'ready' and site_id == @central
    而且 kong 修改 @half
      | lines.1.ship_quantity | 4 |
      | lines.2.ship_quantity | 3 |
    而且 kong 对 @half 执行 ship
      | carrier   | 顺丰      |
      | remainder | give_back |
    那么 liming 看到 @order
      | state                       | partly_shipped |
      | total_amount                | 7009.99        |
      | shipped_amount              | 4009.99        |
      | lines.1.cancelled_quantity  | 2              |
      | lines.1.sold_quantity       | 7              |
      | lines.2.cancelled_quantity  | 4              |
      | lines.2.total_amount        | 9.99           |
      | lines.2.tax_amount          | 1.15           |
      | lines.2.shipped_tax_amount  | 1.15           |
    而且 wang 看到 0 条 stock_level，条件 site_id == @central and reserved > 0
    而且 wang 看到 1 条 stock_level，条件 site_id == @west and reserved == 3
    而且 wang 看到 1 条 credit_account，条件 held_amount == 3000 and used_amount == 4009.99
    当 dian 找到 delivery_note @rest，条件 state == 'offered'
    而且 dian 对 @rest 执行 ship
      | carrier | 门店配送 |
    那么 liming 看到 @order
      | state        | shipped |
      | total_amount | 7009.99 |
    而且 wang 看到 0 条 stock_level，条件 reserved > 0
    而且 wang 看到 1 条 credit_account，条件 held_amount == 0 and used_amount == 7009.99
    当 kong 建立 sales_return @back
      | sales_order_id     | @order   |
      | site_id            | @central |
      | reason             | unwanted |
      | lines.1.product_id | @seal    |
      | lines.1.quantity   | 3        |
    而且 kong 对 @back 执行 post
    而且 cai 对 @back 执行 credit
      | credit_reference | 红字发票 401 |
    那么 cai 看到 @back
      | credit_amount     | 9.99 |
      | credit_tax_amount | 1.15 |

  场景: 尚未发出的一份可单独取消，最后一份要取消整单
    假如 guan 建立 sourcing_rule @share
      | code     | share    |
      | name     | 可拆单   |
      | position | 90       |
      | split    | true     |
    而且 liming 建立 sales_order @order
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 9          |
    而且 liming 对 @order 执行 submit
    而且 wang 找到 delivery_note @west_part，条件 site_id == @west
    而且 wang 找到 delivery_note @central_part，条件 site_id == @central
    那么 dian 不能对 @west_part 执行 cancel_part
    当 同时执行 cancel_part
      | as   | on            |
      | wang | @west_part    |
      | guan | @central_part |
    那么 1 个成功，其余被拒绝，代码 order.last_part
    而且 liming 看到 @order 的 state 为 confirmed
    当 wang 看到 1 条 delivery_note，条件 state in ['ready', 'offered']
    而且 liming 对 @order 执行 cancel
    那么 wang 看到 0 条 stock_level，条件 reserved > 0
    而且 wang 看到 1 条 credit_account，条件 held_amount == 0 and used_amount == 0
    当 liming 建立 sales_order @second
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 9          |
    而且 liming 对 @second 执行 submit
    而且 wang 找到 delivery_note @mine，条件 site_id == @central and state == 'ready'
    而且 wang 找到 delivery_note @other，条件 site_id == @west and state == 'offered'
    而且 dian 对 @other 执行 ship
      | carrier | 门店配送 |
    而且 wang 对 @mine 执行 cancel_part
    那么 liming 看到 @second
      | state                      | shipped |
      | total_amount               | 3000.00 |
      | lines.1.cancelled_quantity | 6       |
    而且 wang 看到 0 条 stock_level，条件 reserved > 0
    而且 wang 看到 1 条 credit_account，条件 held_amount == 0 and used_amount == 3000

  场景: 金额不够或一份过小时不拆单
    假如 guan 建立 sourcing_rule @share
      | code                  | share    |
      | name                  | 大单可拆 |
      | position              | 90       |
      | split                 | true     |
      | split_amount_from     | 9500.00  |
      | split_part_amount_min | 4000.00  |
    而且 liming 建立 sales_order @order
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 9          |
    而且 liming 对 @order 执行 submit
    那么 被拒绝，代码 stock.short，字段 lines
    而且 wang 在 @order 的决定中读到 "大单可拆：订单金额未达拆单线"
    当 guan 修改 @share
      | split_amount_from | 0 |
    而且 liming 对 @order 执行 submit
    那么 被拒绝，代码 stock.short，字段 lines
    而且 wang 在 @order 的决定中读到 "大单可拆：拆出的一份金额过低"
    当 guan 修改 @share
      | split_part_amount_min | 0 |
    而且 liming 对 @order 执行 submit
    那么 liming 看到 @order 的 state 为 confirmed

  场景: 两张拆单同时抢最后的货，绝不超卖
    假如 guan 建立 sourcing_rule @share
      | code     | share  |
      | name     | 可拆单 |
      | position | 90     |
      | split    | true   |
    而且 liming 建立 sales_order @a
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 10    |
    而且 liming 建立 sales_order @b
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 10    |
    而且 同时执行 submit
      | as     | on |
      | liming | @a |
      | liming | @b |
    那么 1 个成功，其余被拒绝，代码 stock.short

  场景: 两个伙伴同时下单，门店也不超当日产能，等货的单不占产能
    假如 系统建立 partner @haina
      | name                   | 宁波海纳机械有限公司 |
      | tier                   | gold                 |
      | credit_limit           | 50000.00             |
      | payment_terms_days     | 30                   |
      | contact_name           | 赵四                 |
      | phone                  | 13800000002          |
      | division               | 330106               |
      | address                | 杭州市西湖区文三路 2 号 |
      | territories.1.division | 330000               |
    而且 系统对 @haina 执行 approve
    而且 有用户
      | login | roles         | organisation |
      | zhao  | partner_sales | @haina       |
    而且 设置 stock.accept_minutes 为 0
    而且 guan 修改 @west
      | daily_capacity | 1 |
    而且 liming 建立 sales_order @waits
      | when_short         | later |
      | pickup_site_id     | @west |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 4     |
    而且 liming 对 @waits 执行 submit
    而且 liming 建立 sales_order @a
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 1          |
    而且 zhao 建立 sales_order @b
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 1          |
    当 同时执行 submit
      | as     | on |
      | liming | @a |
      | zhao   | @b |
    那么 2 个成功，其余被拒绝，代码 stock.sites_full
    而且 kong 看到 1 条 delivery_note，条件 state == 'waiting' and site_id == @west
    而且 kong 看到 1 条 delivery_note，条件 state == 'ready' and site_id == @west
    而且 kong 看到 1 条 delivery_note，条件 state == 'ready' and site_id == @east

  场景: 两张拆单以相反的次序用同样的网点，都能成交
    假如 系统建立 partner @haina
      | name                   | 宁波海纳机械有限公司 |
      | tier                   | gold                 |
      | credit_limit           | 50000.00             |
      | payment_terms_days     | 30                   |
      | contact_name           | 赵四                 |
      | phone                  | 13800000002          |
      | division               | 330106               |
      | address                | 杭州市西湖区文三路 2 号 |
      | territories.1.division | 330000               |
    而且 系统对 @haina 执行 approve
    而且 有用户
      | login | roles         | organisation |
      | zhao  | partner_sales | @haina       |
    而且 系统建立 product @valve
      | code          | V1      |
      | name          | 球阀    |
      | category_id   | @pumps  |
      | list_price    | 1000.00 |
      | standard_cost | 400.00  |
    而且 bin 建立 stock_receipt @valves
      | site_id            | @east  |
      | lines.1.product_id | @valve |
      | lines.1.quantity   | 3      |
    而且 bin 对 @valves 执行 post
    而且 bin 建立 stock_adjustment @none
      | site_id            | @east |
      | reason             | loss  |
      | comment            | 丢失  |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | -5    |
    而且 系统对 @none 执行 post
    而且 guan 建立 sourcing_rule @share
      | code      | share    |
      | name      | 门店拆单 |
      | position  | 1        |
      | site_kind | store    |
      | split     | true     |
    而且 liming 建立 sales_order @pumps_first
      | lines.1.product_id | @pump  |
      | lines.1.quantity   | 2      |
      | lines.2.product_id | @valve |
      | lines.2.quantity   | 1      |
    而且 zhao 建立 sales_order @valves_first
      | lines.1.product_id | @pump  |
      | lines.1.quantity   | 1      |
      | lines.2.product_id | @valve |
      | lines.2.quantity   | 2      |
    当 同时执行 submit
      | as     | on            |
      | liming | @pumps_first  |
      | zhao   | @valves_first |
    那么 2 个成功，其余被拒绝，代码 stock.short
    而且 wang 看到 @pumps_first 的 site_id 为 @west
    而且 wang 看到 @valves_first 的 site_id 为 @east
    而且 wang 看到 1 条 stock_level，条件 site_id == @west and product_id == @pump and reserved == 3
    而且 wang 看到 1 条 stock_level，条件 site_id == @east and product_id == @valve and reserved == 3

  场景: 退回的货因别处产能已满而等待，次日自动改派
    假如 设置 stock.accept_minutes 为 10000
    而且 guan 找到 sourcing_rule @depot，条件 code == 'central'
    而且 guan 修改 @depot
      | active | false |
    而且 guan 修改 @east
      | daily_capacity | 1 |
    而且 liming 建立 sales_order @order
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 1          |
    而且 liming 对 @order 执行 submit
    而且 过去 1 天
    而且 liming 建立 sales_order @first
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 4          |
    而且 liming 对 @first 执行 submit
    而且 dian 找到 delivery_note @note，条件 state == 'offered'
    而且 dian 对 @note 执行 refuse
      | refusal_reason | 缺人手 |
    那么 kong 看到 1 条 delivery_note，条件 state == 'waiting' and site_id == @west
    当 liming 找到 notice @looking，条件 record_id == @order and created_at >= today
    那么 liming 看到 @looking 的 title_zh 为 订单 SO202603-0001 暂不能由原网点发出，正在另找网点
    当 过去 2 小时
    那么 kong 看到 1 条 delivery_note，条件 state == 'waiting' and site_id == @west
    当 过去 1 天
    那么 kong 看到 0 条 delivery_note，条件 state == 'waiting'
    而且 bin 看到 1 条 delivery_note，条件 state == 'offered' and sales_order_id == @order
    而且 wang 看到 @order 的 site_id 为 @east
    而且 kong 看到 0 条 task，条件 state == 'open' and object_name == 'sales_order'
    当 liming 找到 notice @found，条件 record_id == @order and created_at >= today
    那么 liming 看到 @found 的 title_zh 为 订单 SO202603-0001 已另找到网点，即将发出
