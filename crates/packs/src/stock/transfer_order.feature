# language: zh-CN
功能: 库存状态、调拨与补货

  背景:
    假如 有用户
      | login | roles           |
      | kong  | warehouse_clerk |
      | dian  | store_clerk     |
      | gao   | administrator   |
    而且 系统建立 product_category @pumps
      | code | PV   |
      | name | 泵阀 |
    而且 系统建立 product @pump
      | code        | P1      |
      | name        | 离心泵  |
      | category_id | @pumps  |
      | list_price  | 1000.00 |
    而且 系统建立 site @central
      | code       | W1        |
      | name       | 中心仓    |
      | kind       | warehouse |
      | is_central | true      |
    而且 系统建立 site @west
      | code | W2        |
      | name | 分仓      |
      | kind | warehouse |
    而且 系统建立 site @store
      | clerk_id | @dian |
      | code      | S1         |
      | name      | 西湖店     |
      | kind      | store      |
      | latitude  | 30.275800  |
      | longitude | 120.128600 |
    而且 kong 建立 stock_receipt @goods
      | site_id            | @central |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 20       |
    而且 kong 对 @goods 执行 post

  场景: 到货先待检，放行一部分，不合格一部分
    当 kong 建立 stock_receipt @checked
      | site_id            | @central |
      | bucket             | quality  |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 10       |
    而且 kong 对 @checked 执行 post
    那么 kong 看到 1 条 stock_level，条件 site_id == @central and on_hand == 20 and quality == 10 and available == 20
    当 kong 建立 stock_adjustment @wrong
      | site_id            | @central        |
      | reason             | quality_release |
      | comment            | 放行            |
      | lines.1.product_id | @pump           |
      | lines.1.quantity   | 7               |
    那么 被拒绝，代码 stock.release_from_quality
    当 kong 建立 stock_adjustment @release
      | site_id            | @central        |
      | reason             | quality_release |
      | bucket             | quality         |
      | to_bucket          | on_hand         |
      | comment            | 抽检合格        |
      | lines.1.product_id | @pump           |
      | lines.1.quantity   | 7               |
    而且 kong 对 @release 执行 post
    当 kong 建立 stock_adjustment @reject
      | site_id            | @central       |
      | reason             | quality_reject |
      | bucket             | quality        |
      | to_bucket          | damaged        |
      | comment            | 密封圈开裂     |
      | lines.1.product_id | @pump          |
      | lines.1.quantity   | 3              |
    而且 kong 对 @reject 执行 post
    那么 kong 看到 1 条 stock_level，条件 site_id == @central and on_hand == 27 and quality == 0 and damaged == 3 and available == 27
    当 kong 建立 stock_adjustment @scrap
      | site_id            | @central |
      | reason             | damage   |
      | bucket             | damaged  |
      | comment            | 报废     |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | -4       |
    而且 kong 对 @scrap 执行 post
    那么 被拒绝，代码 stock.short
    当 kong 建立 stock_adjustment @negative
      | site_id            | @central |
      | reason             | sample   |
      | to_bucket          | damaged  |
      | comment            | 样品     |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | -1       |
    而且 kong 对 @negative 执行 post
    那么 被拒绝，代码 stock.move_positive

  场景: 调拨从提交到收货，短收要写原因
    当 kong 建立 transfer_order @move
      | from_site_id       | @central |
      | to_site_id         | @store   |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 8        |
    而且 kong 对 @move 执行 submit
    那么 kong 看到 1 条 stock_level，条件 site_id == @central and on_hand == 20 and reserved == 8 and available == 12
    当 kong 对 @move 执行 dispatch
      | carrier | 自有车队 |
    那么 kong 看到 1 条 stock_level，条件 site_id == @central and on_hand == 12 and reserved == 0
    而且 kong 看到 1 条 stock_level，条件 site_id == @store and on_hand == 0 and in_transit == 8 and available == 0
    当 dian 修改 @move
      | lines.1.id       | @move.lines.1.id |
      | lines.1.quantity | 9                |
    那么 被拒绝，代码 stock.transfer_fixed
    当 dian 修改 @move
      | lines.1.id                | @move.lines.1.id |
      | lines.1.received_quantity | 7                |
    而且 dian 对 @move 执行 receive
    那么 被拒绝，代码 stock.difference_unexplained，字段 difference_reason
    当 dian 对 @move 执行 receive
      | difference_reason | 途中破损一台 |
    那么 kong 看到 1 条 stock_level，条件 site_id == @store and on_hand == 7 and in_transit == 0 and available == 7
    而且 dian 不能对 @move 执行 cancel

  场景: 多收入待检，取消退回占用，库存不足不能提交
    当 kong 建立 transfer_order @more
      | from_site_id       | @central |
      | to_site_id         | @west    |
      | bucket             | quality  |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 5        |
    而且 kong 对 @more 执行 submit
    而且 kong 对 @more 执行 dispatch
    而且 kong 修改 @more
      | lines.1.id                | @more.lines.1.id |
      | lines.1.received_quantity | 6                |
    而且 kong 对 @more 执行 receive
      | difference_reason | 发货方少记一台 |
    那么 kong 看到 1 条 stock_level，条件 site_id == @west and on_hand == 0 and quality == 6 and available == 0
    当 kong 建立 transfer_order @undone
      | from_site_id       | @central |
      | to_site_id         | @west    |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 15       |
    而且 kong 对 @undone 执行 submit
    而且 kong 对 @undone 执行 cancel
    那么 kong 看到 1 条 stock_level，条件 site_id == @central and on_hand == 15 and reserved == 0
    当 kong 建立 transfer_order @big
      | from_site_id       | @central |
      | to_site_id         | @west    |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 16       |
    而且 kong 对 @big 执行 submit
    那么 被拒绝，代码 stock.short
    当 kong 建立 transfer_order @same
      | from_site_id       | @central |
      | to_site_id         | @central |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 1        |
    那么 被拒绝，代码 stock.same_site

  场景: 允许承诺在途货的网点，收货前可占用、不可发出
    当 gao 修改 @store
      | promise_in_transit | true |
    而且 kong 建立 transfer_order @coming
      | from_site_id       | @central |
      | to_site_id         | @store   |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 6        |
    而且 kong 对 @coming 执行 submit
    而且 kong 对 @coming 执行 dispatch
    那么 kong 看到 1 条 stock_level，条件 site_id == @store and on_hand == 0 and in_transit == 6 and available == 6
    当 dian 建立 transfer_order @onward
      | from_site_id       | @store |
      | to_site_id         | @west  |
      | lines.1.product_id | @pump  |
      | lines.1.quantity   | 4      |
    而且 dian 对 @onward 执行 submit
    那么 kong 看到 1 条 stock_level，条件 site_id == @store and reserved == 4 and available == 2
    当 dian 对 @onward 执行 dispatch
    那么 被拒绝，代码 stock.not_here
    当 gao 修改 @store
      | promise_in_transit | false |
    那么 被拒绝，代码 stock.short
    当 dian 建立 stock_adjustment @lost
      | site_id            | @store |
      | reason             | loss   |
      | comment            | 盘亏   |
      | lines.1.product_id | @pump  |
      | lines.1.quantity   | -1     |
    而且 kong 对 @lost 执行 post
    那么 被拒绝，代码 stock.not_here
    当 dian 对 @coming 执行 receive
    那么 kong 看到 1 条 stock_level，条件 site_id == @store and on_hand == 6 and reserved == 4 and available == 2
    当 dian 对 @onward 执行 dispatch
    而且 gao 修改 @store
      | promise_in_transit | false |
    那么 kong 看到 1 条 stock_level，条件 site_id == @store and on_hand == 2 and available == 2

  场景: 允许承诺待检货的网点，改设置即改可用
    当 kong 建立 stock_receipt @checked
      | site_id            | @west   |
      | bucket             | quality |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 4       |
    而且 kong 对 @checked 执行 post
    那么 kong 看到 1 条 stock_level，条件 site_id == @west and quality == 4 and available == 0
    当 gao 修改 @west
      | promise_quality | true |
    那么 kong 看到 1 条 stock_level，条件 site_id == @west and quality == 4 and available == 4
    当 kong 建立 stock_adjustment @release
      | site_id            | @west           |
      | reason             | quality_release |
      | bucket             | quality         |
      | to_bucket          | on_hand         |
      | comment            | 合格            |
      | lines.1.product_id | @pump           |
      | lines.1.quantity   | 3               |
    而且 kong 对 @release 执行 post
    那么 kong 看到 1 条 stock_level，条件 site_id == @west and on_hand == 3 and quality == 1 and available == 4

  场景: 门店低于安全库存，有货建议调拨，无货建议采购
    当 kong 建立 stock_policy @line
      | site_id         | @store |
      | product_id      | @pump  |
      | safety_quantity | 5      |
      | target_quantity | 12     |
    而且 kong 调用 stock.replenish
    那么 答复的 transfers 为 1
    而且 答复的 purchases 为 0
    当 kong 找到 transfer_order @suggested，条件 suggested
    而且 kong 看到 @suggested
      | from_site_id     | @central |
      | to_site_id       | @store   |
      | state            | draft    |
      | lines.1.quantity | 12       |
    当 kong 调用 stock.replenish
    那么 答复的 transfers 为 0
    当 kong 对 @suggested 执行 submit
    而且 kong 对 @suggested 执行 dispatch
    而且 过去 1 天
    那么 kong 看到 1 条 replenishment，条件 site_id == @store and state == 'open'
    当 dian 对 @suggested 执行 receive
    那么 kong 看到 1 条 replenishment，条件 site_id == @store and state == 'done'
    当 kong 建立 stock_policy @central_line
      | site_id         | @central |
      | product_id      | @pump    |
      | safety_quantity | 30       |
      | target_quantity | 40       |
    而且 过去 1 天
    那么 kong 看到 1 条 replenishment，条件 site_id == @central and kind == 'purchase' and quantity == 32 and state == 'open'
    当 kong 建立 stock_receipt @bought
      | site_id            | @central |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 32       |
    而且 kong 对 @bought 执行 post
    而且 过去 1 天
    那么 kong 看到 1 条 replenishment，条件 site_id == @central and state == 'done'
    当 kong 建立 stock_policy @again
      | site_id         | @store |
      | product_id      | @pump  |
      | safety_quantity | 1      |
      | target_quantity | 2      |
    那么 被拒绝，代码 stock.policy_twice

  场景: 同时提交调拨，绝不超卖
    当 kong 建立 transfer_order @a
      | from_site_id       | @central |
      | to_site_id         | @store   |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 12       |
    而且 kong 建立 transfer_order @b
      | from_site_id       | @central |
      | to_site_id         | @west    |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 12       |
    而且 同时执行 submit
      | as   | on |
      | kong | @a |
      | kong | @b |
    那么 1 个成功，其余被拒绝，代码 stock.short
    而且 kong 看到 1 条 stock_level，条件 site_id == @central and reserved == 12 and available == 8

  场景: 收发存明细：日期、单据、收、发、结存
    当 kong 建立 stock_adjustment @lost
      | site_id            | @central |
      | reason             | loss     |
      | comment            | 丢失     |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | -2       |
    而且 kong 对 @lost 执行 post
    而且 kong 建立 transfer_order @move
      | from_site_id       | @central |
      | to_site_id         | @store   |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 8        |
    而且 kong 对 @move 执行 submit
    那么 kong 看到 2 条 stock_movement，条件 site_id == @central
    当 kong 对 @move 执行 dispatch
    而且 kong 找到 stock_movement @out，条件 site_id == @central and object_name == 'transfer_order'
    那么 kong 看到 @out
      | document         | @move.number |
      | bucket           | on_hand      |
      | in_quantity      | 0            |
      | out_quantity     | 8            |
      | balance_quantity | 10           |
      | moved_on         | today        |
    当 dian 对 @move 执行 receive
    而且 kong 找到 stock_movement @in，条件 site_id == @store and bucket == 'on_hand'
    那么 kong 看到 @in
      | in_quantity      | 8 |
      | balance_quantity | 8 |
    而且 kong 看到 2 条 stock_movement，条件 site_id == @store and bucket == 'in_transit'
    而且 kong 查得 stock_movement 的 quantity_out 为 10，条件 site_id == @central
