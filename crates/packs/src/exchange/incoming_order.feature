# language: zh-CN
功能: 渠道来单

  背景:
    假如 有用户
      | login | roles             | organisation |
      | wang  | channel_manager   |              |
      | kong  | warehouse_clerk   |              |
      | zong  | sales_director    |              |
      | jie   | channel_connector |              |
    而且 系统建立 partner @shop
      | name                   | 杭州云帆电商有限公司  |
      | tier                   | gold                  |
      | credit_limit           | 50000.00              |
      | payment_terms_days     | 30                    |
      | contact_name           | 李明                  |
      | phone                  | 13800000001           |
      | division               | 330106                |
      | address                | 杭州市西湖区文三路 1 号 |
      | territories.1.division | 330000                |
    而且 系统对 @shop 执行 approve
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
    而且 wang 找到 sales_channel @tmall，条件 code == 'tmall'
    而且 wang 修改 @tmall
      | partner_id | @shop |
    而且 wang 建立 channel_product @listed
      | channel_id | @tmall     |
      | sku        | TM-PUMP-01 |
      | product_id | @pump      |

  场景: 已付款的来单自动转为销售订单，按渠道成交价，占用库存
    当 jie 建立 incoming_order @in
      | channel_id         | @tmall              |
      | external_number    | T1001               |
      | buyer_name         | 王小二              |
      | buyer_phone        | 13900000001         |
      | place              | 浙江省 杭州市 西湖区 |
      | address            | 文三路 398 号       |
      | lines.1.sku        | TM-PUMP-01          |
      | lines.1.quantity   | 2                   |
      | lines.1.unit_price | 950.00              |
    那么 wang 看到 @in 的 state 为 received
    当 过去 1 小时
    那么 wang 看到 @in
      | state          | accepted |
      | division       | 330100   |
      | channel_amount | 1900.00  |
      | own_amount     | 2000.00  |
    而且 wang 找到 sales_order @order，条件 external_number == 'T1001'
    而且 wang 看到 @order
      | partner_id          | @shop          |
      | channel_id          | 天猫           |
      | state               | confirmed      |
      | public_state        | pending_shipment |
      | total_amount        | 1900.00        |
      | tax_amount          | 218.58         |
      | ship_to_name        | 王小二         |
      | lines.1.unit_price  | 950.00         |
      | lines.1.list_amount | 2000.00        |
    而且 wang 看到 1 条 stock_level，条件 reserved == 2 and available == 18
    而且 wang 看到 1 条 customer，条件 name == '王小二'
    而且 wang 在 @in 的决定中读到 "渠道成交额"
    而且 wang 在 @order 的决定中读到 "按渠道成交价"

  场景: 同一渠道的单号只有一张订单
    当 jie 建立 incoming_order @in
      | channel_id         | @tmall     |
      | external_number    | T1002      |
      | division           | 330106     |
      | address            | 文三路 1 号 |
      | buyer_name         | 王小二     |
      | lines.1.sku        | TM-PUMP-01 |
      | lines.1.quantity   | 1          |
    而且 jie 建立 incoming_order @again
      | channel_id         | @tmall     |
      | external_number    | T1002      |
      | lines.1.sku        | TM-PUMP-01 |
      | lines.1.quantity   | 1          |
    那么 被拒绝，代码 exchange.order_twice
    当 过去 1 小时
    而且 wang 建立 sales_order @by_hand
      | partner_id         | @shop  |
      | channel_id         | @tmall |
      | external_number    | T1002  |
      | lines.1.product_id | @pump  |
      | lines.1.quantity   | 1      |
    那么 被拒绝，代码 order.external_number_taken
    而且 wang 看到 1 条 sales_order，条件 external_number == 'T1002'

  场景: 转不成的来单留给人工，修正后接单
    当 jie 建立 incoming_order @in
      | channel_id         | @tmall      |
      | external_number    | T1003       |
      | buyer_name         | 王小二      |
      | place              | 外星        |
      | address            | 文三路 1 号 |
      | lines.1.sku        | UNKNOWN     |
      | lines.1.quantity   | 1           |
      | lines.1.unit_price | 990.00      |
    而且 过去 1 小时
    那么 wang 看到 @in
      | state       | waiting                  |
      | reason_code | exchange.product_unknown |
    而且 wang 看到 1 条 task，条件 state == 'open' and role_name == 'channel_manager'
    而且 zong 不能对 @in 执行 accept
    而且 jie 看到 1 条 incoming_order
    而且 jie 看到 @in 的 state 为 waiting
    而且 jie 不能对 @in 执行 accept
    当 wang 建立 channel_product @second
      | channel_id | @tmall  |
      | sku        | UNKNOWN |
      | product_id | @pump   |
    而且 wang 对 @in 执行 accept
    那么 被拒绝，代码 exchange.division_unknown，字段 division
    当 wang 修改 @in
      | division | 330106 |
    而且 wang 对 @in 执行 accept
    那么 wang 看到 @in
      | state       | accepted |
      | reason_code |          |
    而且 wang 看到 0 条 task，条件 state == 'open'
    而且 wang 找到 sales_order @order，条件 external_number == 'T1003'
    而且 wang 看到 @order 的 state 为 confirmed
    当 wang 修改 @in
      | address | 别处 |
    那么 被拒绝，代码 action.forbidden

  场景: 缺货的来单不会超卖，补货后再接
    当 jie 建立 incoming_order @in
      | channel_id         | @tmall      |
      | external_number    | T1004       |
      | buyer_name         | 王小二      |
      | division           | 330106      |
      | address            | 文三路 1 号 |
      | lines.1.sku        | TM-PUMP-01  |
      | lines.1.quantity   | 21          |
    而且 过去 1 小时
    那么 wang 看到 @in
      | state       | waiting     |
      | reason_code | stock.short |
    而且 wang 看到 0 条 sales_order，条件 external_number == 'T1004'
    而且 wang 看到 1 条 stock_level，条件 reserved == 0
    当 kong 建立 stock_receipt @more
      | site_id            | @central |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 5        |
    而且 kong 对 @more 执行 post
    而且 wang 对 @in 执行 accept
    那么 wang 看到 @in 的 state 为 accepted

  场景: 成交价远低于本站价，人工核对后才接
    当 jie 建立 incoming_order @in
      | channel_id         | @tmall      |
      | external_number    | T1005       |
      | buyer_name         | 王小二      |
      | division           | 330106      |
      | address            | 文三路 1 号 |
      | lines.1.sku        | TM-PUMP-01  |
      | lines.1.quantity   | 1           |
      | lines.1.unit_price | 1.00        |
    而且 过去 1 小时
    那么 wang 看到 @in
      | state       | waiting            |
      | reason_code | exchange.price_far |
    当 wang 对 @in 执行 accept
    那么 wang 找到 sales_order @order，条件 external_number == 'T1005'
    而且 wang 看到 @order 的 total_amount 为 1.00

  场景: 未付款先成草稿，不接的单不再处理
    当 jie 建立 incoming_order @in
      | channel_id         | @tmall      |
      | external_number    | T1006       |
      | buyer_name         | 王小二      |
      | paid               | false       |
      | division           | 330106      |
      | address            | 文三路 1 号 |
      | lines.1.sku        | TM-PUMP-01  |
      | lines.1.quantity   | 1           |
    而且 过去 1 小时
    那么 wang 看到 @in 的 state 为 accepted
    而且 wang 找到 sales_order @order，条件 external_number == 'T1006'
    而且 wang 看到 @order
      | state        | draft           |
      | public_state | pending_payment |
    而且 wang 看到 1 条 stock_level，条件 reserved == 0
    当 jie 建立 incoming_order @bad
      | channel_id       | @tmall |
      | external_number  | T1007  |
    而且 过去 1 小时
    那么 wang 看到 @bad 的 reason_code 为 exchange.lines_missing
    当 wang 对 @bad 执行 drop
      | comment | 重复下单 |
    那么 wang 看到 @bad 的 state 为 dropped
    当 wang 对 @bad 执行 accept
    那么 被拒绝，代码 action.not_from_state

  场景: 渠道已收款的订单不占伙伴信用，未付款的照常校验
    假如 有用户
      | login | roles         | organisation |
      | cai   | finance_clerk |              |
    而且 系统对 @shop 执行 update
      | credit_limit | 100.00 |
    当 jie 建立 incoming_order @in
      | channel_id         | @tmall      |
      | external_number    | T2001       |
      | buyer_name         | 王小二      |
      | division           | 330106      |
      | address            | 文三路 1 号 |
      | lines.1.sku        | TM-PUMP-01  |
      | lines.1.quantity   | 3           |
      | lines.1.unit_price | 950.00      |
    而且 jie 建立 incoming_order @open
      | channel_id         | @tmall      |
      | external_number    | T2002       |
      | buyer_name         | 王小三      |
      | paid               | false       |
      | division           | 330106      |
      | address            | 文三路 2 号 |
      | lines.1.sku        | TM-PUMP-01  |
      | lines.1.quantity   | 1           |
      | lines.1.unit_price | 950.00      |
    而且 过去 1 小时
    而且 wang 找到 sales_order @order，条件 external_number == 'T2001'
    那么 wang 看到 @order
      | state        | confirmed |
      | channel_paid | true      |
      | total_amount | 2850.00   |
    而且 wang 在 @order 的决定中读到 "渠道已收款"
    而且 wang 看到 1 条 credit_account，条件 partner_id == @shop and available_amount == 100 and used_amount == 0
    而且 cai 找到 receipt @money，条件 sales_order_id == @order
    而且 cai 看到 @money
      | method             | channel |
      | amount             | 2850.00 |
      | unallocated_amount | 2850.00 |
    当 wang 找到 sales_order @unpaid，条件 external_number == 'T2002'
    而且 wang 对 @unpaid 执行 submit
    那么 wang 看到 @unpaid
      | state        | credit_hold |
      | channel_paid | false       |
    当 cai 对 @money 执行 allocate
    那么 被拒绝，代码 finance.nothing_open
    当 cai 建立 receipt @fake
      | partner_id | @shop   |
      | amount     | 10.00   |
      | method     | channel |
      | reference  | X1      |
    那么 被拒绝，代码 finance.channel_money_made，字段 method
    当 kong 找到 delivery_note @note，条件 sales_order_id == @order
    而且 kong 修改 @note
      | lines.1.ship_quantity | 2 |
    而且 kong 对 @note 执行 ship
      | carrier   | 顺丰      |
      | remainder | give_back |
    那么 wang 看到 @order
      | state        | shipped |
      | total_amount | 1900.00 |
    而且 cai 看到 @money
      | allocated_amount   | 1900.00 |
      | unallocated_amount | 0.00    |
      | refunded_amount    | 950.00  |
    而且 cai 看到 1 条 receivable，条件 sales_order_id == @order and state == 'settled'
    而且 wang 看到 1 条 credit_account，条件 partner_id == @shop and available_amount == 100 and used_amount == 0 and held_amount == 0
    而且 wang 看到 @unpaid 的 state 为 credit_hold

  场景: 渠道已收款的订单取消时退还，伙伴已超额也照收
    假如 有用户
      | login | roles         | organisation |
      | cai   | finance_clerk |              |
    而且 wang 建立 sales_order @own
      | partner_id         | @shop |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 5     |
    而且 wang 对 @own 执行 submit
    而且 kong 对 @own 执行 ship_all
      | carrier | 顺丰 |
    而且 系统对 @shop 执行 update
      | credit_limit | 100.00 |
    当 jie 建立 incoming_order @in
      | channel_id         | @tmall      |
      | external_number    | T2003       |
      | buyer_name         | 王小二      |
      | division           | 330106      |
      | address            | 文三路 1 号 |
      | lines.1.sku        | TM-PUMP-01  |
      | lines.1.quantity   | 1           |
      | lines.1.unit_price | 950.00      |
    而且 过去 1 小时
    而且 wang 找到 sales_order @order，条件 external_number == 'T2003'
    那么 wang 看到 @order 的 state 为 confirmed
    而且 wang 看到 1 条 credit_account，条件 partner_id == @shop and available_amount == -4900
    当 wang 对 @order 执行 cancel
    而且 cai 找到 receipt @money，条件 sales_order_id == @order
    那么 cai 看到 @money 的 state 为 refunded
    而且 wang 看到 1 条 credit_account，条件 partner_id == @shop and available_amount == -4900 and held_amount == 0

  场景: 渠道先报未付款、后报已付款：已按信用确认的归还信用，搁置的随之放行，重复报文不变
    假如 有用户
      | login | roles         | organisation |
      | cai   | finance_clerk |              |
    而且 系统对 @shop 执行 update
      | credit_limit | 1000.00 |
    而且 jie 向渠道 tmall 报来订单
      | external_number    | T2101       |
      | buyer_name         | 王小二      |
      | paid               | false       |
      | division           | 330106      |
      | address            | 文三路 1 号 |
      | lines.1.sku        | TM-PUMP-01  |
      | lines.1.quantity   | 1           |
      | lines.1.unit_price | 950.00      |
    而且 wang 找到 sales_order @order，条件 external_number == 'T2101'
    而且 wang 对 @order 执行 submit
    那么 wang 看到 @order 的 state 为 confirmed
    而且 wang 看到 1 条 credit_account，条件 available_amount == 50 and held_amount == 950
    当 wang 建立 sales_order @waits
      | partner_id         | @shop |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 1     |
    而且 wang 对 @waits 执行 submit
    那么 wang 看到 @waits
      | state        | credit_hold |
      | total_amount | 1000.00     |
    当 jie 向渠道 tmall 报来订单
      | external_number    | T2101       |
      | buyer_name         | 王小二      |
      | paid               | true        |
      | division           | 330106      |
      | address            | 文三路 1 号 |
      | lines.1.sku        | TM-PUMP-01  |
      | lines.1.quantity   | 1           |
      | lines.1.unit_price | 950.00      |
    那么 答复的 state 为 accepted
    而且 wang 看到 @order
      | state        | confirmed |
      | channel_paid | true      |
    而且 wang 看到 @waits 的 state 为 confirmed
    而且 wang 看到 1 条 credit_account，条件 available_amount == 0 and held_amount == 1950 and used_amount == 0
    当 jie 向渠道 tmall 报来订单
      | external_number    | T2101       |
      | buyer_name         | 王小二      |
      | paid               | true        |
      | division           | 330106      |
      | address            | 文三路 1 号 |
      | lines.1.sku        | TM-PUMP-01  |
      | lines.1.quantity   | 1           |
      | lines.1.unit_price | 950.00      |
    那么 答复的 state 为 accepted
    而且 cai 看到 1 条 receipt
    而且 wang 看到 1 条 credit_account，条件 available_amount == 0 and held_amount == 1950
    当 jie 向渠道 tmall 报来订单
      | external_number    | T2102       |
      | buyer_name         | 王小三      |
      | paid               | false       |
      | division           | 330106      |
      | address            | 文三路 2 号 |
      | lines.1.sku        | TM-PUMP-01  |
      | lines.1.quantity   | 2           |
      | lines.1.unit_price | 950.00      |
    而且 wang 找到 sales_order @held，条件 external_number == 'T2102'
    而且 wang 对 @held 执行 submit
    那么 wang 看到 @held 的 state 为 credit_hold
    当 jie 向渠道 tmall 报来订单
      | external_number    | T2102       |
      | buyer_name         | 王小三      |
      | paid               | true        |
      | division           | 330106      |
      | address            | 文三路 2 号 |
      | lines.1.sku        | TM-PUMP-01  |
      | lines.1.quantity   | 2           |
      | lines.1.unit_price | 950.00      |
    那么 wang 看到 @held
      | state        | confirmed |
      | channel_paid | true      |
    而且 wang 看到 1 条 credit_account，条件 available_amount == 0 and held_amount == 3850
    当 jie 向渠道 tmall 报来订单
      | external_number    | T2102       |
      | buyer_name         | 王小三      |
      | paid               | true        |
      | division           | 330106      |
      | address            | 文三路 2 号 |
      | lines.1.sku        | TM-PUMP-01  |
      | lines.1.quantity   | 2           |
      | lines.1.unit_price | 950.00      |
    那么 cai 看到 2 条 receipt
    而且 wang 看到 1 条 stock_level，条件 reserved == 4
    当 kong 对 @held 执行 ship_all
      | carrier | 顺丰 |
    那么 cai 看到 1 条 receivable，条件 sales_order_id == @held and state == 'settled'
    而且 wang 看到 1 条 credit_account，条件 available_amount == 0 and held_amount == 1950 and used_amount == 0

  场景: 渠道已收款的订单退货，货款经渠道退还，不成为伙伴的信用
    假如 有用户
      | login | roles         | organisation |
      | cai   | finance_clerk |              |
    而且 系统对 @shop 执行 update
      | credit_limit | 1000.00 |
    而且 jie 向渠道 tmall 报来订单
      | external_number    | T2201       |
      | buyer_name         | 王小二      |
      | division           | 330106      |
      | address            | 文三路 1 号 |
      | lines.1.sku        | TM-PUMP-01  |
      | lines.1.quantity   | 3           |
      | lines.1.unit_price | 950.00      |
    而且 wang 找到 sales_order @order，条件 external_number == 'T2201'
    而且 kong 对 @order 执行 ship_all
      | carrier | 顺丰 |
    而且 wang 建立 sales_order @waits
      | partner_id         | @shop |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 2     |
    而且 wang 对 @waits 执行 submit
    那么 wang 看到 @waits 的 state 为 credit_hold
    当 kong 建立 sales_return @back
      | sales_order_id     | @order   |
      | site_id            | @central |
      | reason             | unwanted |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 2        |
    而且 kong 对 @back 执行 post
    而且 cai 对 @back 执行 credit
      | credit_reference | 红字发票 301 |
    那么 wang 看到 @waits 的 state 为 credit_hold
    而且 wang 看到 1 条 credit_account，条件 available_amount == 1000 and used_amount == 0 and advance_amount == 0
    而且 cai 找到 receipt @note，条件 sales_return_id == @back
    而且 cai 看到 @note
      | method             | credit_note |
      | amount             | 1900.00     |
      | refunded_amount    | 1900.00     |
      | unallocated_amount | 0.00        |
      | state              | refunded    |
    而且 cai 看到 1 条 invoice，条件 kind == 'red' and sales_order_id == @order
    而且 cai 找到 task @due，条件 object_name == 'receipt' and record_id == @note and state == 'open'
    当 cai 对 @due 执行 done
    那么 cai 看到 0 条 task，条件 object_name == 'receipt' and state == 'open'
    而且 cai 看到 @order 的 credited_amount 为 1900.00

  场景: 渠道价的草稿不能改货，伙伴不能改它
    假如 有用户
      | login | roles         | organisation |
      | li    | partner_owner | @shop        |
    当 jie 建立 incoming_order @in
      | channel_id         | @tmall      |
      | external_number    | T1008       |
      | buyer_name         | 王小二      |
      | paid               | false       |
      | division           | 330106      |
      | address            | 文三路 1 号 |
      | lines.1.sku        | TM-PUMP-01  |
      | lines.1.quantity   | 1           |
      | lines.1.unit_price | 950.00      |
    而且 过去 1 小时
    而且 wang 找到 sales_order @order，条件 external_number == 'T1008'
    而且 li 修改 @order
      | comment | 改一改 |
    那么 被拒绝，代码 action.forbidden
    当 wang 修改 @order
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 9     |
    那么 被拒绝，代码 order.channel_fixed，字段 lines
    当 wang 修改 @order
      | comment | 请加急 |
    那么 wang 看到 @order 的 total_amount 为 950.00

  场景: 渠道表格整批导入
    当 jie 导入 incoming_order
      | channel_id | external_number | buyer_name | division | address     | lines.sku  | lines.quantity | 来单明细.渠道成交单价（含税） |
      | 天猫       | T2001           | 甲         | 330106   | 文三路 1 号 | TM-PUMP-01 | 2              | 980.00                        |
      | 天猫       | T2001           | 甲         | 330106   | 文三路 1 号 | TM-PUMP-01 | 1              | 970.00                        |
      | 天猫       | T2002           | 乙         | 330106   | 文三路 2 号 | TM-PUMP-01 | 4              | 990.00                        |
    那么 wang 看到 2 条 incoming_order，条件 state == 'received'
    当 过去 1 小时
    那么 wang 看到 2 条 incoming_order，条件 state == 'accepted'
    而且 wang 找到 sales_order @order，条件 external_number == 'T2001'
    而且 wang 看到 @order
      | total_amount           | 2930.00 |
      | lines.1.quantity       | 2       |
      | lines.2.channel_price  | 970.00  |
    而且 wang 看到 1 条 stock_level，条件 reserved == 7
    当 jie 导入 incoming_order
      | channel_id | external_number | buyer_name | division | address     | lines.sku  | lines.quantity |
      | 天猫       | T2001           | 甲         | 330106   | 文三路 1 号 | TM-PUMP-01 | 2              |
    那么 答复的 unchanged 为 1

  场景: 渠道的 Excel 工作簿整批导入，数字和时间一个不差
    当 jie 以工作簿导入 incoming_order
      | channel_id | external_number    | ordered_at          | buyer_name | buyer_phone | division | address     | lines.sku  | lines.quantity | 来单明细.渠道成交单价（含税） |
      | 天猫       | 410208734501239876 | 2026-03-01 23:30:00 | 甲         | 13900000001 | 330106   | 文三路 1 号 | TM-PUMP-01 | 2              | 989.95                        |
      |            |                    |                     |            |             |          |             | TM-PUMP-01 | 1              | 979.9                         |
      | 天猫       | 3002               | 2026-03-02          | 乙         | 13900000002 | 330106   | 文三路 2 号 | TM-PUMP-01 | 4              | 990                           |
    那么 答复的 created 为 2
    而且 wang 找到 incoming_order @first，条件 external_number == '410208734501239876'
    而且 wang 看到 @first
      | ordered_at  | 2026-03-01T15:30:00Z |
      | buyer_phone | 13900000001          |
      | division    | 330106               |
    当 过去 1 小时
    那么 wang 看到 2 条 incoming_order，条件 state == 'accepted'
    而且 wang 找到 sales_order @order，条件 external_number == '410208734501239876'
    而且 wang 看到 @order
      | total_amount          | 2959.80    |
      | ordered_on            | 2026-03-01 |
      | lines.2.channel_price | 979.90     |
    而且 wang 看到 1 条 stock_level，条件 reserved == 7
    当 jie 以工作簿导入 incoming_order
      | channel_id | external_number | division | lines.sku  | lines.quantity |
      | 天猫       | 3002            | 330106   | TM-PUMP-01 | 4              |
      | 天猫       | 3003            | 330106   | TM-PUMP-01 | 两件           |
    那么 答复的 kept 为 false
    而且 wang 看到 2 条 incoming_order

  场景: 发出的货回告渠道，一张发货单一条，自家订单不告
    当 jie 建立 incoming_order @in
      | channel_id         | @tmall      |
      | external_number    | T4001       |
      | buyer_name         | 王小二      |
      | division           | 330106      |
      | address            | 文三路 1 号 |
      | lines.1.sku        | TM-PUMP-01  |
      | lines.1.quantity   | 2           |
    而且 wang 建立 sales_order @own
      | partner_id         | @shop  |
      | lines.1.product_id | @pump  |
      | lines.1.quantity   | 1      |
    而且 wang 对 @own 执行 submit
    而且 过去 1 小时
    而且 wang 找到 sales_order @order，条件 external_number == 'T4001'
    而且 kong 对 @own 执行 ship_all
      | carrier | 德邦 |
    而且 kong 对 @order 执行 ship_all
      | carrier         | 顺丰   |
      | tracking_number | SF4001 |
    那么 kong 看到 1 条 channel_shipment
    当 jie 找到 channel_shipment @told，条件 external_number == 'T4001'
    那么 jie 看到 @told
      | carrier         | 顺丰   |
      | tracking_number | SF4001 |
      | shipped_on      | today  |
    而且 zong 不能对 @told 执行 update
