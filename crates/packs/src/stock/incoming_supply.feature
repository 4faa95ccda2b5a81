# language: zh-CN
功能: 缺货订单与承诺交期

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

  场景: 先发有货部分，其余按到货日期承诺，到货先给等得最久的
    当 kong 建立 incoming_supply @supply
      | site_id     | @central |
      | product_id  | @pump    |
      | quantity    | 10       |
      | expected_on | today+7  |
    而且 kong 建立 incoming_supply @later
      | site_id     | @central |
      | product_id  | @pump    |
      | quantity    | 10       |
      | expected_on | today+20 |
    而且 liming 建立 sales_order @first
      | when_short         | partial |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 26      |
    而且 liming 对 @first 执行 submit
    那么 liming 看到 @first
      | state               | confirmed |
      | lines.1.promised_on | today+7   |
    而且 kong 看到 1 条 stock_level，条件 site_id == @central and reserved == 20 and available == 0
    当 liming 建立 sales_order @second
      | when_short         | later |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 5     |
    而且 liming 对 @second 执行 submit
    那么 liming 看到 @second 的 lines.1.promised_on 为 today+20
    当 kong 建立 stock_receipt @arrives
      | site_id                    | @central |
      | lines.1.product_id         | @pump    |
      | lines.1.quantity           | 4        |
      | lines.1.incoming_supply_id | @supply  |
    而且 kong 对 @arrives 执行 post
    那么 kong 看到 @supply 的 received_quantity 为 4
    而且 kong 看到 1 条 stock_level，条件 site_id == @central and on_hand == 24 and reserved == 24 and available == 0
    而且 kong 看到 2 条 delivery_note，条件 state == 'waiting'
    当 kong 对 @first 执行 ship_all
      | carrier | 顺丰 |
    那么 liming 看到 @first 的 state 为 partly_shipped
    当 kong 建立 stock_receipt @rest
      | site_id                    | @central |
      | lines.1.product_id         | @pump    |
      | lines.1.quantity           | 6        |
      | lines.1.incoming_supply_id | @supply  |
    而且 kong 对 @rest 执行 post
    那么 kong 看到 @supply 的 state 为 received
    而且 kong 看到 1 条 delivery_note，条件 state == 'ready' and sales_order_id == @first
    而且 kong 看到 1 条 delivery_note，条件 state == 'waiting' and sales_order_id == @second
    而且 kong 看到 1 条 stock_level，条件 site_id == @central and on_hand == 10 and reserved == 10 and available == 0
    当 kong 对 @first 执行 ship_all
      | carrier | 顺丰 |
    那么 liming 看到 @first 的 state 为 shipped
    当 liming 对 @second 执行 cancel
    那么 kong 看到 1 条 stock_level，条件 site_id == @central and on_hand == 4 and reserved == 0 and available == 4

  场景: 齐货再发，释放出来的货给等待的订单
    当 liming 建立 sales_order @holder
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 18    |
    而且 liming 对 @holder 执行 submit
    而且 liming 建立 sales_order @waits
      | when_short         | later |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 8     |
    而且 liming 对 @waits 执行 submit
    那么 liming 看到 @waits 的 lines.1.promised_on 为
    而且 kong 看到 1 条 stock_level，条件 site_id == @central and reserved == 18 and available == 2
    当 liming 对 @holder 执行 cancel
    那么 kong 看到 1 条 delivery_note，条件 state == 'ready' and sales_order_id == @waits
    而且 kong 看到 1 条 stock_level，条件 site_id == @central and reserved == 8 and available == 12
    而且 liming 看到 @waits 的 lines.1.promised_on 为 today

  场景: 不写缺货方式即按站点设置，默认不接单
    当 liming 建立 sales_order @order
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 21    |
    而且 liming 对 @order 执行 submit
    那么 被拒绝，代码 stock.short
    假如 设置 order.when_short 为 partial
    当 liming 对 @order 执行 submit
    那么 liming 看到 @order 的 state 为 confirmed
    而且 kong 看到 1 条 delivery_note，条件 state == 'waiting'

  场景: 发一部分并取消其余，等待的也一并取消
    当 liming 建立 sales_order @order
      | when_short         | partial |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 25      |
    而且 liming 对 @order 执行 submit
    而且 kong 找到 delivery_note @note，条件 state == 'ready'
    而且 kong 对 @note 执行 ship
      | carrier   | 顺丰      |
      | remainder | give_back |
    那么 liming 看到 @order
      | state        | shipped  |
      | total_amount | 20000.00 |
    而且 kong 看到 0 条 delivery_note，条件 state == 'waiting'

  场景: 入库明细与在途采购须同一网点同一产品
    当 系统建立 site @other
      | code | W2        |
      | name | 分仓      |
      | kind | warehouse |
    而且 kong 建立 incoming_supply @supply
      | site_id     | @other  |
      | product_id  | @pump   |
      | quantity    | 10      |
      | expected_on | today+7 |
    而且 kong 建立 stock_receipt @wrong
      | site_id                    | @central |
      | lines.1.product_id         | @pump    |
      | lines.1.quantity           | 4        |
      | lines.1.incoming_supply_id | @supply  |
    而且 kong 对 @wrong 执行 post
    那么 被拒绝，代码 stock.supply_other
