# language: zh-CN
功能: 销售退货

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
    而且 liming 建立 sales_order @order
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 3     |
    而且 liming 对 @order 执行 submit
    而且 kong 对 @order 执行 ship_all
      | carrier | 顺丰 |

  场景: 退回一部分，按状态入库，应退金额按比例，不超过已发
    当 liming 建立 sales_return @back
      | sales_order_id              | @order            |
      | site_id                     | @central          |
      | reason                      | quality           |
      | lines.1.sales_order_line_id | @order.lines.1.id |
      | lines.1.quantity            | 1                 |
      | lines.1.bucket              | damaged           |
    那么 liming 不能对 @back 执行 post
    当 kong 对 @back 执行 post
    那么 liming 看到 @back
      | state         | posted  |
      | credit_amount | 1000.00 |
    而且 kong 看不到 @back 的 credit_amount
    而且 kong 看到 1 条 stock_level，条件 site_id == @central and on_hand == 17 and damaged == 1
    而且 liming 看到 @order
      | public_state             | shipped |
      | lines.1.returned_quantity | 1       |
    而且 cai 看到 1 条 task，条件 state == 'open' and object_name == 'sales_return'
    当 kong 建立 sales_return @rest
      | sales_order_id              | @order            |
      | site_id                     | @central          |
      | reason                      | unwanted          |
      | lines.1.sales_order_line_id | @order.lines.1.id |
      | lines.1.quantity            | 3                 |
    那么 被拒绝，代码 stock.return_range
    当 kong 建立 sales_return @rest
      | sales_order_id              | @order            |
      | site_id                     | @central          |
      | reason                      | unwanted          |
      | lines.1.sales_order_line_id | @order.lines.1.id |
      | lines.1.quantity            | 2                 |
    而且 kong 对 @rest 执行 post
    那么 cai 看到 @rest 的 credit_amount 为 2000.00
    而且 kong 看到 1 条 stock_level，条件 site_id == @central and on_hand == 17 and quality == 2
    当 cai 对 @rest 执行 credit
      | credit_reference | 红字发票 001 |
    那么 cai 看到 @rest 的 state 为 credited
    当 kong 修改 @back
      | comment | 改一改 |
    那么 被拒绝，代码 action.forbidden

  场景: 一件一件地退，税额与成本合计正好是整行的
    假如 系统建立 product @seal
      | code          | S1   |
      | name          | 密封圈 |
      | list_price    | 3.33 |
      | standard_cost | 1.11 |
    而且 kong 建立 stock_receipt @seals
      | site_id            | @central |
      | lines.1.product_id | @seal    |
      | lines.1.quantity   | 3        |
    而且 kong 对 @seals 执行 post
    而且 liming 建立 sales_order @small
      | lines.1.product_id | @seal |
      | lines.1.quantity   | 3     |
    而且 liming 对 @small 执行 submit
    而且 kong 对 @small 执行 ship_all
      | carrier | 顺丰 |
    那么 liming 看到 @small
      | total_amount | 9.99 |
      | tax_amount   | 1.15 |
    当 kong 建立 sales_return @one
      | sales_order_id     | @small   |
      | site_id            | @central |
      | reason             | unwanted |
      | lines.1.product_id | @seal    |
      | lines.1.quantity   | 1        |
    而且 kong 对 @one 执行 post
    而且 cai 对 @one 执行 credit
      | credit_reference | 红字发票 101 |
    而且 kong 建立 sales_return @two
      | sales_order_id     | @small   |
      | site_id            | @central |
      | reason             | unwanted |
      | lines.1.product_id | @seal    |
      | lines.1.quantity   | 1        |
    而且 kong 对 @two 执行 post
    而且 kong 建立 sales_return @three
      | sales_order_id     | @small   |
      | site_id            | @central |
      | reason             | unwanted |
      | lines.1.product_id | @seal    |
      | lines.1.quantity   | 1        |
    而且 kong 对 @three 执行 post
    而且 cai 对 @three 执行 credit
      | credit_reference | 红字发票 103 |
    而且 cai 对 @two 执行 credit
      | credit_reference | 红字发票 102 |
    那么 cai 看到 @one 的 credit_tax_amount 为 0.38
    而且 cai 看到 @two 的 credit_tax_amount 为 0.39
    而且 cai 看到 @three 的 credit_tax_amount 为 0.38
    而且 cai 看到 @small
      | credited_amount     | 9.99 |
      | credited_net_amount | 8.84 |

  场景: 同时退同一行，绝不多退
    当 kong 建立 sales_return @a
      | sales_order_id              | @order            |
      | site_id                     | @central          |
      | reason                      | unwanted          |
      | lines.1.sales_order_line_id | @order.lines.1.id |
      | lines.1.quantity            | 2                 |
    而且 kong 建立 sales_return @b
      | sales_order_id              | @order            |
      | site_id                     | @central          |
      | reason                      | unwanted          |
      | lines.1.sales_order_line_id | @order.lines.1.id |
      | lines.1.quantity            | 3                 |
    当 同时执行 post
      | as   | on |
      | kong | @a |
      | kong | @b |
    那么 1 个成功，其余被拒绝，代码 stock.return_range
    而且 kong 看到 1 条 sales_return，条件 state == 'posted'

  场景: 同时退两件，成本合计与先后退一样
    假如 系统建立 product @seal
      | code          | S1     |
      | name          | 密封圈 |
      | list_price    | 3.33   |
      | standard_cost | 0.3350 |
    而且 kong 建立 stock_receipt @seals
      | site_id            | @central |
      | lines.1.product_id | @seal    |
      | lines.1.quantity   | 3        |
    而且 kong 对 @seals 执行 post
    而且 liming 建立 sales_order @small
      | lines.1.product_id | @seal |
      | lines.1.quantity   | 3     |
    而且 liming 对 @small 执行 submit
    而且 kong 对 @small 执行 ship_all
      | carrier | 顺丰 |
    而且 kong 建立 sales_return @one
      | sales_order_id     | @small   |
      | site_id            | @central |
      | reason             | unwanted |
      | lines.1.product_id | @seal    |
      | lines.1.quantity   | 1        |
    而且 kong 建立 sales_return @two
      | sales_order_id     | @small   |
      | site_id            | @central |
      | reason             | unwanted |
      | lines.1.product_id | @seal    |
      | lines.1.quantity   | 1        |
    当 同时执行 post
      | as   | on   |
      | kong | @one |
      | kong | @two |
    那么 2 个成功，其余被拒绝，代码 stock.return_range
    当 cai 对 @one 执行 credit
      | credit_reference | 红字发票 201 |
    而且 cai 对 @two 执行 credit
      | credit_reference | 红字发票 202 |
    那么 cai 看到 @small
      | credited_net_amount    | 5.89 |
      | credited_margin_amount | 5.22 |
