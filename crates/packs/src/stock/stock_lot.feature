# language: zh-CN
功能: 批次与序列号

  背景:
    假如 有用户
      | login | roles           | organisation |
      | wang  | channel_manager |              |
      | cai   | finance_clerk   |              |
      | kong  | warehouse_clerk |              |
      | gao   | administrator   |              |
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
    而且 系统建立 product @glue
      | code          | G1     |
      | name          | 密封胶 |
      | list_price    | 20.00  |
      | standard_cost | 8.00   |
      | tracking      | lot    |
    而且 系统建立 product @meter
      | code          | M1       |
      | name          | 流量计   |
      | list_price    | 1000.00  |
      | standard_cost | 400.00   |
      | tracking      | serial   |
    而且 系统建立 product @pipe
      | code          | P1     |
      | name          | 管子   |
      | list_price    | 10.00  |
      | standard_cost | 4.00   |
    而且 系统建立 site @central
      | code       | W1        |
      | name       | 中心仓    |
      | kind       | warehouse |
      | is_central | true      |
    而且 系统建立 site @west
      | code | W2        |
      | name | 分仓      |
      | kind | warehouse |
    而且 kong 建立 stock_receipt @goods
      | site_id             | @central     |
      | lines.1.product_id  | @glue        |
      | lines.1.quantity    | 5            |
      | lines.1.lot_numbers | L-NEVER      |
      | lines.2.product_id  | @glue        |
      | lines.2.quantity    | 4            |
      | lines.2.lot_numbers | L-LATE       |
      | lines.2.expires_on  | today+90     |
      | lines.3.product_id  | @glue        |
      | lines.3.quantity    | 3            |
      | lines.3.lot_numbers | L-SOON       |
      | lines.3.expires_on  | today+10     |
      | lines.4.product_id  | @meter       |
      | lines.4.quantity    | 3            |
      | lines.4.lot_numbers | S1, S2，S3   |
      | lines.5.product_id  | @pipe        |
      | lines.5.quantity    | 7            |
    而且 kong 对 @goods 执行 post
    而且 kong 找到 stock_lot @soon，条件 code == 'L-SOON'
    而且 kong 找到 stock_lot @s1，条件 code == 'S1'

  场景: 入库须写批号与序列号，写错说得清
    那么 kong 看到 3 条 lot_level，条件 product_id == @glue and bucket == 'on_hand'
    而且 kong 看到 3 条 lot_level，条件 product_id == @meter and quantity == 1
    当 kong 建立 stock_receipt @none
      | site_id            | @central |
      | lines.1.product_id | @glue    |
      | lines.1.quantity   | 5        |
    而且 kong 对 @none 执行 post
    那么 被拒绝，代码 stock.lots_missing，字段 lines
    而且 说明含 "密封胶 须写明批号"
    当 kong 建立 stock_receipt @few
      | site_id             | @central |
      | lines.1.product_id  | @meter   |
      | lines.1.quantity    | 3        |
      | lines.1.lot_numbers | S8 S9    |
    而且 kong 对 @few 执行 post
    那么 被拒绝，代码 stock.serials_count
    而且 说明含 "写了 2 个序列号，该行数量是 3"
    当 kong 建立 stock_receipt @sum
      | site_id             | @central   |
      | lines.1.product_id  | @glue      |
      | lines.1.quantity    | 5          |
      | lines.1.lot_numbers | A=2, B=2   |
    而且 kong 对 @sum 执行 post
    那么 被拒绝，代码 stock.lots_sum
    当 kong 建立 stock_receipt @plain
      | site_id             | @central |
      | lines.1.product_id  | @pipe    |
      | lines.1.quantity    | 5        |
      | lines.1.lot_numbers | A        |
    而且 kong 对 @plain 执行 post
    那么 被拒绝，代码 stock.lots_not_asked
    当 kong 建立 stock_receipt @again
      | site_id             | @west    |
      | lines.1.product_id  | @meter   |
      | lines.1.quantity    | 1        |
      | lines.1.lot_numbers | S1       |
    而且 kong 对 @again 执行 post
    那么 被拒绝，代码 stock.serial_here
    而且 说明含 "流量计 的序列号 S1 已在库"
    当 kong 建立 stock_receipt @other_day
      | site_id             | @west    |
      | lines.1.product_id  | @glue    |
      | lines.1.quantity    | 1        |
      | lines.1.lot_numbers | L-SOON   |
      | lines.1.expires_on  | today+11 |
    而且 kong 对 @other_day 执行 post
    那么 被拒绝，代码 stock.lot_expiry_differs
    当 gao 修改 @glue
      | tracking | none |
    那么 被拒绝，代码 stock.tracking_fixed，字段 tracking

  场景: 先到期的先出，过期的不发，每批有自己的收发明细
    当 liming 建立 sales_order @order
      | lines.1.product_id | @glue |
      | lines.1.quantity   | 6     |
      | lines.2.product_id | @pipe |
      | lines.2.quantity   | 2     |
    而且 liming 对 @order 执行 submit
    当 kong 找到 delivery_note @note，条件 state == 'ready'
    而且 kong 对 @note 执行 propose_lots
    那么 kong 看到 @note
      | lines.1.lot_numbers | L-SOON=3, L-LATE=3 |
      | lines.2.lot_numbers |                    |
    当 过去 11 天
    而且 kong 对 @note 执行 ship
      | carrier | 顺丰 |
    那么 被拒绝，代码 stock.lot_expired
    而且 说明含 "密封胶 的批次 L-SOON 已于"
    当 kong 对 @note 执行 propose_lots
    那么 kong 看到 @note 的 lines.1.lot_numbers 为 L-LATE=4, L-NEVER=2
    当 kong 对 @note 执行 ship
      | carrier | 顺丰 |
    那么 kong 看到 1 条 lot_level，条件 stock_lot_id.code == 'L-NEVER' and quantity == 3
    而且 kong 看到 1 条 lot_level，条件 stock_lot_id.code == 'L-LATE' and quantity == 0
    而且 kong 看到 1 条 lot_level，条件 stock_lot_id.expires_on < today and quantity > 0
    而且 kong 看到 2 条 stock_movement，条件 stock_lot_id.code == 'L-LATE'
    当 kong 找到 stock_movement @late，条件 stock_lot_id.code == 'L-LATE' and sales_order_id == @order
    而且 kong 找到 stock_movement @never，条件 stock_lot_id.code == 'L-NEVER' and sales_order_id == @order
    而且 kong 找到 stock_movement @pipes，条件 product_id == @pipe and sales_order_id == @order
    那么 kong 看到 @late
      | out_quantity         | 4 |
      | balance_quantity     | 5 |
      | lot_balance_quantity | 0 |
    而且 kong 看到 @never
      | out_quantity         | 2 |
      | balance_quantity     | 3 |
      | lot_balance_quantity | 3 |
    而且 kong 看到 @pipes
      | out_quantity         | 2 |
      | balance_quantity     | 5 |
      | stock_lot_id         |   |
      | lot_balance_quantity |   |

  场景: 整单发货时先到期的自动带出，分不清是哪一件的还是要写
    当 liming 建立 sales_order @order
      | lines.1.product_id | @glue |
      | lines.1.quantity   | 6     |
      | lines.2.product_id | @pipe |
      | lines.2.quantity   | 2     |
    而且 liming 对 @order 执行 submit
    而且 kong 对 @order 执行 ship_all
      | carrier | 顺丰 |
    那么 kong 看到 @order 的 state 为 shipped
    当 kong 找到 delivery_note @note，条件 sales_order_id == @order
    那么 kong 看到 @note
      | lines.1.lot_numbers | L-SOON=3, L-LATE=3 |
      | lines.2.lot_numbers |                    |
    而且 kong 看到 1 条 lot_level，条件 stock_lot_id.code == 'L-LATE' and quantity == 1
    当 liming 建立 sales_order @two
      | lines.1.product_id | @meter |
      | lines.1.quantity   | 2      |
    而且 liming 对 @two 执行 submit
    而且 kong 对 @two 执行 ship_all
      | carrier | 顺丰 |
    那么 被拒绝，代码 stock.serials_missing
    当 liming 建立 sales_order @third
      | lines.1.product_id | @meter |
      | lines.1.quantity   | 1      |
    而且 liming 对 @third 执行 submit
    而且 kong 找到 delivery_note @first，条件 sales_order_id == @two
    而且 kong 修改 @first
      | lines.1.id          | @first.lines.1.id |
      | lines.1.lot_numbers | S1 S3             |
    而且 kong 对 @two 执行 ship_all
      | carrier | 顺丰 |
    而且 kong 对 @third 执行 ship_all
      | carrier | 顺丰 |
    那么 kong 看到 0 条 lot_level，条件 product_id == @meter and quantity > 0

  场景: 过期的批次移入残损，不再可售，仓库收到待办，处置后关闭
    当 过去 10 天
    那么 kong 看到 1 条 stock_level，条件 product_id == @glue and available == 12
    当 过去 1 天
    那么 kong 看到 1 条 stock_level，条件 product_id == @glue and available == 9 and on_hand == 9 and damaged == 3
    而且 kong 看到 1 条 lot_level，条件 stock_lot_id == @soon and bucket == 'damaged' and quantity == 3
    而且 kong 看到 1 条 stock_adjustment，条件 reason == 'expired' and state == 'posted'
    而且 kong 看到 1 条 task，条件 object_name == 'stock_lot' and state == 'open'
    当 liming 建立 sales_order @order
      | lines.1.product_id | @glue |
      | lines.1.quantity   | 10    |
    而且 liming 对 @order 执行 submit
    那么 被拒绝，代码 stock.short
    当 过去 1 天
    那么 kong 看到 1 条 stock_adjustment
    而且 kong 看到 1 条 task，条件 object_name == 'stock_lot'
    当 kong 建立 stock_adjustment @out
      | site_id             | @central |
      | reason              | expired  |
      | bucket              | damaged  |
      | comment             | 销毁     |
      | lines.1.product_id  | @glue    |
      | lines.1.quantity    | -3       |
      | lines.1.lot_numbers | L-SOON   |
    而且 kong 对 @out 执行 post
    而且 过去 2 小时
    那么 kong 看到 0 条 task，条件 object_name == 'stock_lot' and state == 'open'

  场景: 过了有效期的批次，还没移出也不再承诺
    假如 系统对 @soon 执行 update
      | expires_on | today-1 |
    那么 kong 看到 1 条 stock_level，条件 product_id == @glue and available == 12 and damaged == 0
    当 liming 建立 sales_order @ten
      | lines.1.product_id | @glue |
      | lines.1.quantity   | 10    |
    而且 liming 对 @ten 执行 submit
    那么 被拒绝，代码 stock.short
    当 liming 建立 sales_order @nine
      | lines.1.product_id | @glue |
      | lines.1.quantity   | 9     |
    而且 liming 对 @nine 执行 submit
    那么 liming 看到 @nine 的 state 为 confirmed
    当 liming 建立 sales_order @one
      | lines.1.product_id | @glue |
      | lines.1.quantity   | 1     |
    而且 liming 对 @one 执行 submit
    那么 被拒绝，代码 stock.short

  场景: 渠道配额里的过期货也不再承诺
    假如 kong 找到 sales_channel @ch_tmall，条件 code == 'tmall'
    当 kong 建立 channel_allocation @tmall
      | channel_id | @ch_tmall |
      | site_id    | @central  |
      | product_id | @glue     |
      | quantity   | 11        |
    而且 kong 对 @tmall 执行 activate
    而且 系统对 @soon 执行 update
      | expires_on | today-1 |
    而且 wang 调用 order.price
      | partner_id         | @yunfan   |
      | channel_id         | @ch_tmall |
      | lines.1.product_id | @glue     |
      | lines.1.quantity   | 10        |
    那么 答复的 sourcing.suffices 为 false
    当 wang 建立 sales_order @ten
      | partner_id         | @yunfan   |
      | channel_id         | @ch_tmall |
      | lines.1.product_id | @glue     |
      | lines.1.quantity   | 10        |
    而且 wang 对 @ten 执行 submit
    那么 被拒绝，代码 stock.short
    当 wang 建立 sales_order @five
      | partner_id         | @yunfan   |
      | channel_id         | @ch_tmall |
      | lines.1.product_id | @glue     |
      | lines.1.quantity   | 5         |
    而且 wang 对 @five 执行 submit
    那么 wang 看到 @five 的 state 为 confirmed
    当 wang 建立 sales_order @four
      | partner_id         | @yunfan   |
      | channel_id         | @ch_tmall |
      | lines.1.product_id | @glue     |
      | lines.1.quantity   | 4         |
    而且 wang 对 @four 执行 submit
    那么 wang 看到 @four 的 state 为 confirmed
    而且 kong 看到 @tmall 的 used_quantity 为 9
    当 wang 建立 sales_order @one
      | partner_id         | @yunfan   |
      | channel_id         | @ch_tmall |
      | lines.1.product_id | @glue     |
      | lines.1.quantity   | 1         |
    而且 wang 对 @one 执行 submit
    那么 被拒绝，代码 stock.short

  场景: 已被占用的过期货等占用放开才移出
    当 liming 建立 sales_order @order
      | lines.1.product_id | @glue |
      | lines.1.quantity   | 10    |
    而且 liming 对 @order 执行 submit
    而且 过去 11 天
    那么 kong 看到 1 条 stock_level，条件 product_id == @glue and on_hand == 10 and available == 0 and damaged == 2
    当 liming 对 @order 执行 cancel
    而且 过去 2 小时
    那么 kong 看到 1 条 stock_level，条件 product_id == @glue and on_hand == 9 and available == 9 and damaged == 3

  场景: 未过期的批次不够，建议说得清
    当 liming 建立 sales_order @order
      | lines.1.product_id | @glue |
      | lines.1.quantity   | 10    |
    而且 liming 对 @order 执行 submit
    而且 过去 11 天
    而且 kong 找到 delivery_note @note，条件 state == 'ready'
    而且 kong 对 @note 执行 propose_lots
    那么 被拒绝，代码 stock.lots_short
    而且 说明含 "未过期的批次只有 9，需要 10"

  场景: 序列号发给了谁查得到，只有发出的才能退回，同时退不会有两件
    当 liming 建立 sales_order @order
      | lines.1.product_id | @meter |
      | lines.1.quantity   | 2      |
    而且 liming 对 @order 执行 submit
    而且 kong 找到 delivery_note @note，条件 state == 'ready'
    而且 kong 修改 @note
      | lines.1.id          | @note.lines.1.id |
      | lines.1.lot_numbers | S1 S7            |
    而且 kong 对 @note 执行 ship
      | carrier | 顺丰 |
    那么 被拒绝，代码 stock.lot_unknown
    而且 说明含 "流量计 没有批号或序列号 S7"
    当 kong 修改 @note
      | lines.1.id          | @note.lines.1.id |
      | lines.1.lot_numbers | S1 S2            |
    而且 kong 对 @note 执行 ship
      | carrier | 顺丰 |
    那么 kong 看到 0 条 lot_level，条件 stock_lot_id == @s1 and quantity > 0
    而且 kong 看到 1 条 stock_movement，条件 stock_lot_id == @s1 and sales_order_id == @order and sales_order_id.partner_id == @yunfan
    而且 liming 看到 @note 的 lines.1.lot_numbers 为 S1 S2
    当 kong 建立 sales_return @wrong
      | sales_order_id      | @order   |
      | site_id             | @central |
      | reason              | quality  |
      | lines.1.product_id  | @meter   |
      | lines.1.quantity    | 1        |
      | lines.1.lot_numbers | S3       |
    而且 kong 对 @wrong 执行 post
    那么 被拒绝，代码 stock.lot_not_of_order
    而且 说明含 "流量计 的 S3 不是随此订单发出的"
    当 kong 建立 sales_return @back
      | sales_order_id      | @order   |
      | site_id             | @central |
      | reason              | quality  |
      | lines.1.product_id  | @meter   |
      | lines.1.quantity    | 1        |
      | lines.1.lot_numbers | S1       |
    而且 kong 建立 sales_return @twice
      | sales_order_id      | @order   |
      | site_id             | @central |
      | reason              | quality  |
      | lines.1.product_id  | @meter   |
      | lines.1.quantity    | 1        |
      | lines.1.lot_numbers | S1       |
    而且 kong 对 @back 执行 post
    那么 kong 看到 1 条 lot_level，条件 stock_lot_id == @s1 and bucket == 'quality' and quantity == 1
    当 kong 对 @twice 执行 post
    那么 被拒绝，代码 stock.lot_not_of_order

  场景: 历史订单的货也按序列号退回，每件只退一次，不超过所买
    假如 系统建立 sales_order @past
      | partner_id         | @yunfan |
      | lines.1.product_id | @meter  |
      | lines.1.quantity   | 2       |
    而且 系统把 @past 记为历史
    当 kong 建立 sales_return @back
      | sales_order_id      | @past    |
      | site_id             | @central |
      | reason              | quality  |
      | lines.1.product_id  | @meter   |
      | lines.1.quantity    | 1        |
      | lines.1.lot_numbers | OLD1     |
    而且 kong 建立 sales_return @twice
      | sales_order_id      | @past    |
      | site_id             | @central |
      | reason              | quality  |
      | lines.1.product_id  | @meter   |
      | lines.1.quantity    | 1        |
      | lines.1.lot_numbers | OLD1     |
    而且 kong 建立 sales_return @other
      | sales_order_id      | @past    |
      | site_id             | @central |
      | reason              | quality  |
      | lines.1.product_id  | @meter   |
      | lines.1.quantity    | 1        |
      | lines.1.lot_numbers | OLD2     |
    而且 kong 对 @back 执行 post
    那么 kong 看到 1 条 lot_level，条件 stock_lot_id.code == 'OLD1' and bucket == 'quality' and quantity == 1
    当 kong 对 @twice 执行 post
    那么 被拒绝，代码 stock.serial_here
    当 kong 对 @other 执行 post
    那么 kong 看到 1 条 lot_level，条件 stock_lot_id.code == 'OLD2' and bucket == 'quality' and quantity == 1
    当 kong 对 @twice 执行 post
    那么 被拒绝，代码 stock.lot_not_of_order

  场景: 同一序列号同时在两处入库，只有一处成功
    当 kong 建立 stock_receipt @here
      | site_id             | @central |
      | lines.1.product_id  | @meter   |
      | lines.1.quantity    | 1        |
      | lines.1.lot_numbers | S9       |
    而且 kong 建立 stock_adjustment @there
      | site_id             | @west  |
      | reason              | found  |
      | comment             | 找到   |
      | lines.1.product_id  | @meter |
      | lines.1.quantity    | 1      |
      | lines.1.lot_numbers | S9     |
    当 同时执行 post
      | as   | on     |
      | kong | @here  |
      | kong | @there |
    那么 1 个成功，其余被拒绝，代码 stock.serial_here
    而且 kong 看到 1 条 lot_level，条件 stock_lot_id.code == 'S9' and quantity == 1

  场景: 同一件货同时由两张发货单发出，只有一张成功
    当 liming 建立 sales_order @first
      | lines.1.product_id | @meter |
      | lines.1.quantity   | 1      |
    而且 liming 对 @first 执行 submit
    而且 kong 找到 delivery_note @a，条件 sales_order_id == @first
    而且 liming 建立 sales_order @second
      | lines.1.product_id | @meter |
      | lines.1.quantity   | 1      |
    而且 liming 对 @second 执行 submit
    而且 kong 找到 delivery_note @b，条件 sales_order_id == @second
    而且 kong 修改 @a
      | lines.1.id          | @a.lines.1.id |
      | lines.1.lot_numbers | S2            |
    而且 kong 修改 @b
      | lines.1.id          | @b.lines.1.id |
      | lines.1.lot_numbers | S2            |
    而且 同时执行 ship
      | as   | on | carrier |
      | kong | @a | 顺丰    |
      | kong | @b | 顺丰    |
    那么 1 个成功，其余被拒绝，代码 stock.lot_short
    而且 kong 看到 1 条 delivery_note，条件 state == 'shipped'
    而且 kong 看到 1 条 stock_level，条件 product_id == @meter and on_hand == 2 and reserved == 1

  场景: 调拨按批次发出与收货，差异是哪一件说得清
    当 kong 建立 transfer_order @move
      | from_site_id       | @central |
      | to_site_id         | @west    |
      | lines.1.product_id | @meter   |
      | lines.1.quantity   | 2        |
      | lines.2.product_id | @glue    |
      | lines.2.quantity   | 4        |
    而且 kong 对 @move 执行 submit
    而且 kong 对 @move 执行 dispatch
    那么 被拒绝，代码 stock.lots_missing
    当 kong 对 @move 执行 propose_lots
    那么 kong 看到 @move
      | lines.1.lot_numbers | S1, S2             |
      | lines.2.lot_numbers | L-SOON=3, L-LATE=1 |
    当 kong 修改 @move
      | lines.1.id          | @move.lines.1.id |
      | lines.1.lot_numbers | S1, S3           |
      | lines.2.id          | @move.lines.2.id |
    而且 kong 对 @move 执行 dispatch
    那么 kong 看到 1 条 lot_level，条件 stock_lot_id == @s1 and bucket == 'in_transit' and site_id == @west and quantity == 1
    当 kong 修改 @move
      | lines.1.id                   | @move.lines.1.id |
      | lines.1.received_quantity    | 1                |
      | lines.1.received_lot_numbers | S3               |
      | lines.2.id                   | @move.lines.2.id |
      | lines.2.received_lot_numbers | L-SOON=2, L-LATE=2 |
    而且 kong 对 @move 执行 receive
    那么 被拒绝，代码 stock.difference_unexplained
    当 kong 对 @move 执行 receive
      | difference_reason | 途中丢失 |
    那么 kong 看到 1 条 lot_level，条件 stock_lot_id.code == 'S3' and site_id == @west and bucket == 'on_hand' and quantity == 1
    而且 kong 看到 0 条 lot_level，条件 stock_lot_id == @s1 and quantity > 0
    而且 kong 看到 1 条 lot_level，条件 stock_lot_id == @soon and site_id == @west and bucket == 'on_hand' and quantity == 2
    而且 kong 看到 1 条 stock_level，条件 site_id == @west and product_id == @glue and on_hand == 4 and in_transit == 0

  场景: 调整按批次加减，换状态也带着批次
    当 kong 建立 stock_adjustment @swap
      | site_id             | @central |
      | reason              | other    |
      | comment             | 批号贴错 |
      | lines.1.product_id  | @glue    |
      | lines.1.quantity    | -2       |
      | lines.1.lot_numbers | L-SOON   |
      | lines.2.product_id  | @glue    |
      | lines.2.quantity    | 2        |
      | lines.2.lot_numbers | L-NEW    |
    而且 kong 对 @swap 执行 post
    那么 kong 看到 1 条 stock_level，条件 site_id == @central and product_id == @glue and on_hand == 12
    而且 kong 看到 1 条 lot_level，条件 stock_lot_id.code == 'L-NEW' and quantity == 2
    当 kong 建立 stock_adjustment @too_much
      | site_id             | @central |
      | reason              | loss     |
      | comment             | 丢失     |
      | lines.1.product_id  | @glue    |
      | lines.1.quantity    | -2       |
      | lines.1.lot_numbers | L-SOON   |
    而且 kong 对 @too_much 执行 post
    那么 被拒绝，代码 stock.lot_short
    而且 说明含 "密封胶 的 L-SOON 此处有 1，需要 2"
    当 kong 建立 stock_adjustment @broken
      | site_id             | @central |
      | reason              | damage   |
      | to_bucket           | damaged  |
      | comment             | 摔坏     |
      | lines.1.product_id  | @meter   |
      | lines.1.quantity    | 1        |
      | lines.1.lot_numbers | S2       |
    而且 kong 对 @broken 执行 post
    那么 kong 看到 1 条 lot_level，条件 stock_lot_id.code == 'S2' and bucket == 'damaged' and quantity == 1

  场景: 盘点逐批逐件数，差异按批次过账
    当 kong 建立 stock_count @count
      | site_id | @central |
    而且 kong 对 @count 执行 begin
    那么 kong 看到 @count
      | lines.1.lot_number        | L-LATE  |
      | lines.1.expected_quantity | 4       |
      | lines.2.lot_number        | L-NEVER |
      | lines.3.lot_number        | L-SOON  |
      | lines.4.lot_number        | S1      |
      | lines.4.expected_quantity | 1       |
      | lines.7.expected_quantity | 7       |
    当 kong 修改 @count
      | lines.1.id               | @count.lines.1.id |
      | lines.1.counted_quantity | 3                 |
      | lines.2.id               | @count.lines.2.id |
      | lines.3.id               | @count.lines.3.id |
      | lines.3.counted_quantity | 4                 |
      | lines.4.id               | @count.lines.4.id |
      | lines.4.counted_quantity | 0                 |
      | lines.5.id               | @count.lines.5.id |
      | lines.6.id               | @count.lines.6.id |
      | lines.7.id               | @count.lines.7.id |
      | lines.8.product_id       | @meter            |
      | lines.8.lot_number       | S2                |
      | lines.8.counted_quantity | 1                 |
    那么 被拒绝，代码 stock.count_line_twice
    当 kong 修改 @count
      | lines.1.id               | @count.lines.1.id |
      | lines.1.counted_quantity | 3                 |
      | lines.2.id               | @count.lines.2.id |
      | lines.3.id               | @count.lines.3.id |
      | lines.3.counted_quantity | 4                 |
      | lines.4.id               | @count.lines.4.id |
      | lines.4.counted_quantity | 0                 |
      | lines.5.id               | @count.lines.5.id |
      | lines.6.id               | @count.lines.6.id |
      | lines.7.id               | @count.lines.7.id |
      | lines.8.product_id       | @meter            |
      | lines.8.lot_number       | S4                |
      | lines.8.counted_quantity | 1                 |
    而且 kong 对 @count 执行 finish
    那么 kong 看到 @count 的 state 为 posted
    而且 kong 看到 1 条 lot_level，条件 stock_lot_id.code == 'L-LATE' and quantity == 3
    而且 kong 看到 1 条 lot_level，条件 stock_lot_id == @soon and quantity == 4
    而且 kong 看到 0 条 lot_level，条件 stock_lot_id == @s1 and quantity > 0
    而且 kong 看到 1 条 lot_level，条件 stock_lot_id.code == 'S4' and quantity == 1
    而且 kong 看到 1 条 stock_level，条件 site_id == @central and product_id == @meter and on_hand == 3
