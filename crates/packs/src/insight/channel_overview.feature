# language: zh-CN
功能: 渠道总览的数字

  背景:
    假如 有用户
      | login | roles           | organisation |
      | wang  | channel_manager |              |
      | kong  | warehouse_clerk |              |
    而且 系统建立 partner @yunfan
      | name                   | 杭州云帆科技有限公司 |
      | kind                   | dealer               |
      | contact_name           | 李明                 |
      | phone                  | 13800000001          |
      | division               | 330106               |
      | address                | 杭州市西湖区文三路 1 号 |
      | credit_limit           | 50000.00             |
      | territories.1.division | 330000               |
    而且 系统对 @yunfan 执行 approve
    而且 有用户
      | login  | roles         | organisation |
      | liming | partner_sales | @yunfan      |
      | lao    | partner_owner | @yunfan      |
    而且 系统建立 product @valve
      | code          | V1    |
      | name          | 球阀  |
      | list_price    | 99.90 |
      | standard_cost | 40.00 |
    而且 系统建立 site @central
      | code       | W1        |
      | name       | 中心仓    |
      | kind       | warehouse |
      | is_central | true      |
    而且 kong 建立 stock_receipt @goods
      | site_id            | @central |
      | lines.1.product_id | @valve   |
      | lines.1.quantity   | 50       |
    而且 kong 对 @goods 执行 post

  场景: 草稿不是下单，撤掉草稿不是取消，取消的数量没有成交
    当 lao 建立 sales_order @draft
      | lines.1.product_id | @valve |
      | lines.1.quantity   | 1      |
    而且 lao 建立 sales_order @dropped
      | lines.1.product_id | @valve |
      | lines.1.quantity   | 1      |
    而且 lao 对 @dropped 执行 cancel
    那么 wang 查得 sales_order 的 placed_count 为 0
    而且 wang 查得 sales_order 的 cancelled_count 为 0
    当 lao 建立 sales_order @cancelled
      | lines.1.product_id | @valve |
      | lines.1.quantity   | 1      |
    而且 lao 对 @cancelled 执行 submit
    而且 lao 对 @cancelled 执行 cancel
    而且 lao 建立 sales_order @order
      | lines.1.product_id | @valve |
      | lines.1.quantity   | 30     |
    而且 lao 对 @order 执行 submit
    那么 wang 查得 sales_order_line 的 line_quantity 为 30
    当 kong 找到 delivery_note @first，条件 state == 'ready'
    而且 kong 修改 @first
      | lines.1.id            | @first.lines.1.id |
      | lines.1.ship_quantity | 10                |
    而且 kong 对 @first 执行 ship
      | carrier | 德邦 |
    而且 lao 对 @order 执行 cancel_rest
    那么 wang 查得 sales_order 的 placed_count 为 2
    而且 wang 查得 sales_order 的 cancellation_rate 为 50
    而且 wang 查得 sales_order_line 的 line_quantity 为 10

  场景: 没有发出的报价不算转化的分母
    当 wang 建立 quotation @draft
      | partner_id         | @yunfan |
      | lines.1.product_id | @valve  |
      | lines.1.quantity   | 1       |
    而且 wang 建立 quotation @sent
      | partner_id         | @yunfan |
      | ship_to_name       | 李明    |
      | division           | 330106  |
      | address            | 文三路  |
      | lines.1.product_id | @valve  |
      | lines.1.quantity   | 1       |
    而且 wang 对 @sent 执行 send
    而且 wang 对 @sent 执行 accept
    那么 wang 查得 quotation 的 quotation_count 为 1
    而且 wang 查得 quotation 的 quotation_conversion 为 100

  场景: 赢单率按渠道、省份和月份看得到
    假如 系统建立 customer @customer
      | name       | 宁波海纳机械有限公司 |
      | division   | 330206               |
      | sold_by    | partner              |
      | partner_id | @yunfan              |
    当 wang 建立 opportunity @won
      | name        | 泵房改造  |
      | customer_id | @customer |
      | amount      | 500.00    |
    而且 wang 对 @won 执行 win
    而且 wang 建立 opportunity @lost
      | name        | 备件      |
      | customer_id | @customer |
      | amount      | 500.00    |
    而且 wang 对 @lost 执行 lose
      | lost_reason | price |
    那么 wang 查得 opportunity 的 win_rate 为 50，条件 province == '330000' and partner_id.kind == 'dealer'
    而且 wang 看到 @won 的 province 为 330000
