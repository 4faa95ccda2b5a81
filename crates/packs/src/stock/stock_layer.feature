# language: zh-CN
功能: 存货计价

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
    而且 kong 建立 stock_receipt @dear
      | site_id            | @central |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 10       |
      | lines.1.unit_cost  | 700.01   |
    而且 kong 对 @dear 执行 post

  场景: 移动平均：全部货一个单价，一分不差
    那么 cai 查得 stock_layer 的 stock_value 为 15000.10
    当 liming 建立 sales_order @order
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 7     |
    而且 liming 对 @order 执行 submit
    而且 kong 对 @order 执行 ship_all
      | carrier | 顺丰 |
    而且 cai 找到 delivery_note @note，条件 state == 'shipped'
    那么 cai 看到 @note 的 lines.1.cost_amount 为 3500.02
    而且 kong 看不到 @note 的 lines.1.cost_amount
    而且 cai 查得 stock_layer 的 stock_value 为 11500.08

  场景: 先进先出：先到的先出
    假如 设置 stock.valuation 为 fifo
    当 kong 建立 stock_receipt @latest
      | site_id            | @central |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 10       |
      | lines.1.unit_cost  | 900      |
    而且 kong 对 @latest 执行 post
    而且 liming 建立 sales_order @order
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 32    |
    而且 liming 对 @order 执行 submit
    而且 kong 对 @order 执行 ship_all
      | carrier | 顺丰 |
    而且 cai 找到 delivery_note @note，条件 state == 'shipped'
    那么 cai 看到 @note 的 lines.1.cost_amount 为 16800.10
    而且 cai 查得 stock_layer 的 stock_value 为 7200.00

  场景: 调拨带走价值，报损减少价值
    当 系统建立 site @west
      | code | W2        |
      | name | 分仓      |
      | kind | warehouse |
    而且 kong 建立 transfer_order @move
      | from_site_id       | @central |
      | to_site_id         | @west    |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 15       |
    而且 kong 对 @move 执行 submit
    而且 kong 对 @move 执行 dispatch
    而且 kong 对 @move 执行 receive
    那么 cai 查得 stock_layer 的 stock_value 为 7500.05，条件 site_id == @west
    当 kong 建立 stock_adjustment @lost
      | site_id            | @west |
      | reason             | loss  |
      | comment            | 丢失  |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | -15   |
    而且 cai 对 @lost 执行 post
    那么 cai 查得 stock_layer 的 stock_value 为 0，条件 site_id == @west
    而且 cai 查得 stock_layer 的 stock_value 为 7500.05，条件 site_id == @central

  场景: 订单毛利按实际出库成本：发多少算多少，取消的不算，退货带回原成本
    当 liming 建立 sales_order @order
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 7     |
    而且 liming 对 @order 执行 submit
    那么 cai 看到 @order
      | net_amount    | 6194.69 |
      | cost_amount   | 2800.00 |
      | margin_amount | 3394.69 |
    当 cai 找到 delivery_note @first，条件 state == 'ready'
    而且 kong 修改 @first
      | lines.1.id            | @first.lines.1.id |
      | lines.1.ship_quantity | 3                 |
    而且 kong 对 @first 执行 ship
      | carrier | 顺丰 |
    那么 cai 看到 @order
      | cost_amount                 | 3100.01 |
      | margin_amount               | 3094.68 |
      | lines.1.shipped_cost_amount | 1500.01 |
    而且 liming 看不到 @order 的 lines.1.shipped_cost_amount
    而且 liming 看不到 @order 的 margin_amount
    当 kong 建立 stock_receipt @dearer
      | site_id            | @central |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 3        |
      | lines.1.unit_cost  | 1500     |
    而且 kong 对 @dearer 执行 post
    而且 cai 找到 delivery_note @second，条件 state == 'ready'
    而且 kong 修改 @second
      | lines.1.id            | @second.lines.1.id |
      | lines.1.ship_quantity | 2                  |
    而且 kong 对 @second 执行 ship
      | carrier   | 顺丰      |
      | remainder | give_back |
    那么 cai 看到 @order
      | state         | shipped |
      | net_amount    | 4424.78 |
      | cost_amount   | 2700.02 |
      | margin_amount | 1724.76 |
    而且 wang 查得 sales_order 的 gross_margin 为 1724.76
    而且 wang 查得 sales_order_line 的 line_margin 为 1724.76
    而且 cai 查得 stock_layer 的 stock_value 为 16800.08
    当 kong 建立 sales_return @back
      | sales_order_id              | @order            |
      | site_id                     | @central          |
      | reason                      | unwanted          |
      | lines.1.sales_order_line_id | @order.lines.1.id |
      | lines.1.quantity            | 1                 |
    而且 kong 对 @back 执行 post
    而且 cai 对 @back 执行 credit
      | credit_reference | 红字发票 1 |
    那么 cai 看到 @back 的 lines.1.cost_amount 为 540.00
    而且 kong 看不到 @back 的 lines.1.cost_amount
    而且 liming 看不到 @back 的 lines.1.cost_amount
    而且 cai 查得 stock_layer 的 stock_value 为 17340.08
    当 kong 建立 sales_return @all
      | sales_order_id              | @order            |
      | site_id                     | @central          |
      | reason                      | unwanted          |
      | lines.1.sales_order_line_id | @order.lines.1.id |
      | lines.1.quantity            | 4                 |
    而且 kong 对 @all 执行 post
    而且 cai 对 @all 执行 credit
      | credit_reference | 红字发票 2 |
    那么 wang 查得 sales_order 的 gross_margin 为 0
    而且 cai 查得 stock_layer 的 stock_value 为 19500.10

  场景: 赠品也有成本，退回赠品成本随之回来
    当 系统建立 product @cap
      | code          | C1     |
      | name          | 帽子   |
      | list_price    | 0.00   |
      | standard_cost | 12.34  |
    而且 kong 建立 stock_receipt @caps
      | site_id            | @central |
      | lines.1.product_id | @cap     |
      | lines.1.quantity   | 3        |
      | lines.1.unit_cost  | 15.55    |
    而且 kong 对 @caps 执行 post
    而且 liming 建立 sales_order @free
      | lines.1.product_id | @cap |
      | lines.1.quantity   | 2    |
    而且 liming 对 @free 执行 submit
    而且 kong 对 @free 执行 ship_all
      | carrier | 顺丰 |
    那么 wang 查得 sales_order 的 gross_margin 为 -31.10
    当 kong 建立 sales_return @back
      | sales_order_id              | @free            |
      | site_id                     | @central         |
      | reason                      | unwanted         |
      | lines.1.sales_order_line_id | @free.lines.1.id |
      | lines.1.quantity            | 2                |
    而且 kong 对 @back 执行 post
    而且 cai 对 @back 执行 credit
      | credit_reference | 红字发票 3 |
    那么 wang 查得 sales_order 的 gross_margin 为 0
