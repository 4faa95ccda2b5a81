# language: zh-CN
功能: 盘点

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

  场景: 盘点期间有货进出，差异只按冻结数计算
    当 kong 建立 stock_count @count
      | site_id | @central |
    而且 kong 对 @count 执行 begin
    那么 kong 看到 @count
      | state                     | counting |
      | lines.1.expected_quantity | 20       |
    当 kong 建立 stock_receipt @late
      | site_id            | @central |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 5        |
    而且 kong 对 @late 执行 post
    而且 kong 对 @count 执行 finish
    那么 被拒绝，代码 stock.nothing_counted
    当 kong 修改 @count
      | lines.1.id               | @count.lines.1.id |
      | lines.1.counted_quantity | 18                |
    而且 kong 对 @count 执行 finish
    那么 kong 看到 @count
      | state                       | posted |
      | lines.1.difference_quantity | -2     |
      | lines.1.moved_quantity      | 5      |
    而且 kong 看到 1 条 stock_level，条件 site_id == @central and on_hand == 23
    而且 kong 看到 1 条 stock_adjustment，条件 reason == 'count' and state == 'posted'
    而且 cai 看到 @count 的 difference_value 为 800.00
    当 kong 修改 @count
      | comment | 再改 |
    那么 被拒绝，代码 action.forbidden

  场景: 大额差异要财务批准，可退回重盘
    当 kong 建立 stock_count @count
      | site_id     | @central |
      | category_id | @pumps   |
    而且 kong 对 @count 执行 begin
    而且 kong 修改 @count
      | lines.1.id               | @count.lines.1.id |
      | lines.1.counted_quantity | 10                |
    而且 kong 对 @count 执行 finish
    那么 kong 看到 @count 的 state 为 pending_approval
    而且 kong 不能对 @count 执行 approve
    而且 kong 看到 1 条 stock_level，条件 site_id == @central and on_hand == 20
    当 cai 对 @count 执行 reject
      | decision_comment | 请复核 |
    而且 kong 修改 @count
      | lines.1.id               | @count.lines.1.id |
      | lines.1.counted_quantity | 12                |
    而且 kong 对 @count 执行 finish
    而且 cai 对 @count 执行 approve
      | decision_comment | 已复核 |
    那么 kong 看到 @count 的 state 为 posted
    而且 kong 看到 1 条 stock_level，条件 site_id == @central and on_hand == 12

  场景: 已预留的货不能盘没
    当 liming 建立 sales_order @order
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 18    |
    而且 liming 对 @order 执行 submit
    当 kong 建立 stock_count @count
      | site_id | @central |
    而且 kong 对 @count 执行 begin
    而且 kong 修改 @count
      | lines.1.id               | @count.lines.1.id |
      | lines.1.counted_quantity | 16                |
    而且 kong 对 @count 执行 finish
    那么 被拒绝，代码 stock.short

  场景: 手工调整超过审批线，由财务过账
    当 kong 建立 stock_adjustment @lost
      | site_id            | @central |
      | reason             | loss     |
      | comment            | 丢失     |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | -6       |
    而且 kong 对 @lost 执行 post
    那么 被拒绝，代码 stock.adjustment_needs_finance，字段 lines
    而且 说明含 "2400.00"
    当 cai 对 @lost 执行 post
    那么 kong 看到 1 条 stock_level，条件 site_id == @central and on_hand == 14
    当 kong 建立 stock_adjustment @few
      | site_id            | @central |
      | reason             | loss     |
      | comment            | 丢失     |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | -5       |
    而且 kong 对 @few 执行 post
    那么 kong 看到 1 条 stock_level，条件 site_id == @central and on_hand == 9
